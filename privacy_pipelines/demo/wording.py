"""Swedish wording for the free-text columns. No sentence names a person; what must be found in free text is planted by `faults.py`."""

from __future__ import annotations

from itertools import product

from privacy_pipelines.demo.frames import Texts, texts

_OPENINGS = (
    "Ringde och stämde av", "Hade ett bra samtal om", "Fick en fråga om", "Skickade underlag om", "Bokade ett möte om", "Gick igenom",
    "Återkopplade om", "Kunden vill veta mer om", "Svarade på mejlet om", "Förtydligade vårt erbjudande om", "Diskuterade",
)  # fmt: skip
_TOPICS = (
    "migreringen till molnet", "det nya ramavtalet", "supporten under sommaren", "förlängningen av konsultuppdraget",
    "säkerhetsgranskningen", "integrationen mot affärssystemet", "timpriserna för nästa år", "utbildningen i dataskydd",
    "den försenade leveransen", "införandet av tvåstegsinloggning", "datalagret och rapporterna", "licenserna", "driftstoppet i helgen",
    "bemanningen av förvaltningen", "upphandlingen i höst",
)  # fmt: skip
_ENDINGS = (
    "Återkommer nästa vecka.", "Offert skickas på fredag.", "Väntar på besked från ledningen.", "Ingen åtgärd behövs, ärendet är klart.",
    "Kunden är nöjd, men vill ha tätare avstämningar.", 'De kallade lösningen "enkel och bra".', "Budgeten beslutas i mars.",
    "Nästa steg är en workshop på plats.", "Ber oss ringa igen efter semestern.", "Beslut väntas före månadsskiftet.",
)  # fmt: skip
_ROLES = (
    "Systemutvecklare", "Testledare", "Projektledare", "Lösningsarkitekt", "Databasadministratör", "Dataingenjör", "UX-designer",
    "Säkerhetskonsult", "Verksamhetsanalytiker", "Molnspecialist", "Scrum Master", "Supporttekniker", "Redovisningsekonom", "HR-partner",
)  # fmt: skip
_SKILLS = (
    "Java och Spring",
    "Python och SQL",
    "C# och .NET",
    "React och TypeScript",
    "Azure och Terraform",
    "SAP",
    "Kubernetes",
    "Power BI",
)
_SCHOOLS = ("KTH", "Chalmers", "Lunds universitet", "Linköpings universitet", "Umeå universitet", "en yrkeshögskola i Malmö")

ROLES = texts(_ROLES)
JOB_TITLES = texts(
    [
        "IT-chef",
        "Inköpare",
        "Verkställande direktör",
        "Ekonomichef",
        "Systemägare",
        "Produktägare",
        "Driftansvarig",
        "HR-chef",
        "Utvecklingschef",
    ]
)
CONTRACT_TITLES = texts(
    ["Ramavtal konsulttjänster", "Förvaltningsavtal", "Supportavtal", "Uppdragsavtal systemutveckling", "Licensavtal", "Driftavtal"]
)
ORIGINS = texts(["Mässa", "Webbformulär", "Rekommendation", "LinkedIn", "Seminarium", "Inkommande samtal"])
DEALS = texts(
    ["Molnmigrering", "Ny webbplats", "Förvaltning 24 månader", "Säkerhetsgranskning", "Datalager", "Resurskonsult", "Utbildningspaket"]
)
ARTICLES = texts(
    ["Konsulttimmar, senior", "Konsulttimmar, junior", "Projektledning", "Support, fast avgift", "Licens per användare", "Resor och logi"]
)
SEMINAR_TITLES = texts(
    [
        "Dataskydd i praktiken", "Molnet, säkert och billigt", "AI för ekonomiavdelningen", "Frukostseminarium: NIS2",
        "Från Excel till datalager",
        "Testautomatisering, en introduktion",
    ]
)  # fmt: skip
DIETS = texts(["vegetarisk", "vegan", "glutenfri", "laktosfri", "nötallergi", "skaldjursallergi", "halal, ej fläsk"])
CHANNELS = texts(["webbformulär", "seminarium", "telefon", "mässa"])
UNIONS = texts(["Unionen", "Akademikerna", "Sveriges Ingenjörer", "Vision", "Ledarna"])
RELATIONS = texts(["maka", "make", "sambo", "förälder", "syskon", "vuxet barn"])
END_REASONS = texts(["egen uppsägning", "arbetsbrist", "tidsbegränsad anställning upphörde", "pension", "överenskommelse"])
SICK_NOTES = texts(
    ["", "", "", "influensa", "migrän", "ryggbesvär", "läkarintyg inlämnat", "rehabmöte bokat", "halv sjukskrivning; återgång planeras"]
)
CONTACT_NOTES = texts(
    [
        "Föredrar mejl, ringer helst på förmiddagen.", "Beslutsfattare för avtalet.", "Tidigare kollega till vår säljchef.",
        "Vill inte ha samtal på fredagar.", "Önskar fakturor den 15:e varje månad.", "Bjud in till nästa kundträff.",
    ]
)  # fmt: skip
EMPLOYEE_NOTES = texts(
    [
        "Utvecklingssamtal hållet.",
        "Har tjänstebil.",
        "Deltid 80 % under våren.",
        "Certifierad i Azure; intyg finns.",
        "Mentor för nyanställda.",
    ]
)
ASSESSMENTS = texts(
    [
        "God teknisk bredd, tydlig i intervjun.", "Saknar erfarenhet av förvaltning.", "Stark kandidat; kallas till andra intervjun.",
        "För senior för rollen.", "Tackade nej efter första samtalet.", "Mycket bra arbetsprov, personligt lämplig.",
    ]
)  # fmt: skip


def call_notes() -> Texts:
    """What is written down about a call, a meeting or an e-mail; a few are e-mails of several lines."""
    plain = [f"{opening} {topic}. {ending}" for opening, topic, ending in product(_OPENINGS, _TOPICS, _ENDINGS)]
    letters = [f"Hej!\n\nTack för senast. Vi återkommer om {topic}.\nMed vänlig hälsning" for topic in _TOPICS]
    return texts(plain + letters)


def call_subjects() -> Texts:
    """What an activity is about, short."""
    return texts([topic[0].upper() + topic[1:] for topic in _TOPICS])


def curricula() -> Texts:
    """CV texts of about three sentences, semicolons included."""
    made = product(_ROLES, range(2, 24, 3), _SKILLS, _SCHOOLS)
    return texts(
        [
            f"{role} med {years} års erfarenhet av {skill}; utbildad vid {school}. Talar svenska och engelska."
            for role, years, skill, school in made
        ]
    )
