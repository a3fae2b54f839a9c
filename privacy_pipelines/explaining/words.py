"""The sentences of an explanation, per language."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "stored": "{table}: this record is in {generation} (decided for {as_of}, policy {policy}), first seen {first_seen}.",
        "left_behind": "{table}: this record was left behind on {left_on}, under policy {policy}. That we know this ends on {expires_on}.",
        "turned_away": "{table}: this record was turned away on {left_on}, under policy {policy}, and was never stored. "
        "That we know this ends on {expires_on}.",
        "no_trace": "{table}: no trace of this record.",
        "gone": "Its key has been missing from the source since {day}: purposes that are not a duty or a claim end with it.",
        "ends_with": "It ends with the {table} record that {link} names, which is kept until {until}.",
        "legal_person": "It is about a legal person: nothing in it is personal, and no clock runs.",
        "nobody": "It is about no declared kind of person, so there is no ground to keep it.",
        "row": "the row itself",
        "status_active": "kept, until {until}",
        "status_restricted": "restricted (only for the duty or claim below), until {until}",
        "status_undetermined": "restricted because it is undetermined, at the longest until {until}",
        "status_erasable": "ended on {until}, erasable from {since}, to be gone by {by}",
        "status_overdue": "ended on {until}, overdue: it was to be gone by {by}",
        "status_suspended": "ended on {until}; deletion is suspended ({holds})",
        "status_gone": "ended on {until}, to be gone by {by}; nothing of it is stored",
        "status_empty": "empty: nothing is stored here",
        "left": "left behind on {day}",
        "hold": "Deletion suspended by {hold}: {ground} ({owner}; review by {review_by}).",
        "clause": "{title}: {event} in {table} on {when}, then {after} ⇒ until {until}{ends} "
        "({basis}; {source}; in force from {since}, approved by {by})",
        "clause_none": "{title}: does not apply, no {event} reaches this record",
        "missing": "a date that has been missing since {day}",
        "ends": ", ended early by {ends}",
        "restricted": ", restricted because of {by}",
        "open": "open",
    },
    "sv": {
        "stored": "{table}: posten finns i {generation} (beslutad för {as_of}, policy {policy}), först sedd {first_seen}.",
        "left_behind": "{table}: posten lämnades kvar och raderades {left_on}, enligt policy {policy}. Att vi vet det upphör {expires_on}.",
        "turned_away": "{table}: posten avvisades {left_on}, enligt policy {policy}, och har aldrig lagrats. "
        "Att vi vet det upphör {expires_on}.",
        "no_trace": "{table}: inget spår av posten.",
        "gone": "Nyckeln saknas i källan sedan {day}: ändamål som inte är en plikt eller ett anspråk upphör med den.",
        "ends_with": "Den upphör med den post i {table} som {link} anger, och som bevaras till och med {until}.",
        "legal_person": "Posten gäller en juridisk person: inget i den är personuppgifter, och ingen frist löper.",
        "nobody": "Posten gäller ingen av de angivna kategorierna av registrerade, så det finns ingen grund att behålla den.",
        "row": "själva raden",
        "status_active": "bevaras, till och med {until}",
        "status_restricted": "begränsad (endast för plikten eller anspråket nedan), till och med {until}",
        "status_undetermined": "begränsad eftersom tiden inte kan bestämmas, längst till och med {until}",
        "status_erasable": "upphörde {until}, får raderas från {since}, ska vara borta senast {by}",
        "status_overdue": "upphörde {until}, försenad: skulle ha varit borta senast {by}",
        "status_suspended": "upphörde {until}; raderingen är uppskjuten ({holds})",
        "status_gone": "upphörde {until}, skulle vara borta senast {by}; inget av det är lagrat",
        "status_empty": "tom: inget är lagrat här",
        "left": "raderad {day}",
        "hold": "Radering uppskjuten genom {hold}: {ground} ({owner}; omprövas senast {review_by}).",
        "clause": "{title}: {event} i {table} {when}, därefter {after} ⇒ till och med {until}{ends} "
        "({basis}; {source}; gäller från {since}, godkänd av {by})",
        "clause_none": "{title}: gäller inte, ingen {event} når posten",
        "missing": "ett datum som saknas sedan {day}",
        "ends": ", upphörde i förtid genom {ends}",
        "restricted": ", begränsat på grund av {by}",
        "open": "öppen",
    },
}
