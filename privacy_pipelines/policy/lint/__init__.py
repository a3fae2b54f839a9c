"""Checks that no single value can fail: what the policy files say must agree.

One rule, one function. A check yields problems and never raises; to add one, write it and put it into its tuple.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from privacy_pipelines.errors import Problem
from privacy_pipelines.policy.files import Documents
from privacy_pipelines.policy.lint import (
    chains,
    company,
    conditions,
    consents,
    dialects,
    extracts,
    fields,
    formats,
    joins,
    links,
    objections,
    publishing,
    purposes,
    tables,
    versions,
)
from privacy_pipelines.policy.lint.context import Context

Check = Callable[[Context], Iterator[Problem]]

WITHIN_ONE_FILE: tuple[Check, ...] = (
    fields.personal_fields_serve_a_purpose,
    fields.other_fields_serve_none,
    fields.free_text_is_text,
    fields.only_free_text_contains,
    fields.only_text_has_accepted_values,
    fields.only_decimals_have_a_scale,
    fields.only_timestamps_have_a_zone,
    fields.identity_numbers_say_so,
    tables.keys_are_declared,
    tables.tables_without_a_key_keep_to_themselves,
    tables.columns_differ_in_more_than_case,
    tables.not_read_is_not_declared,
    tables.renamed_fields_were_others,
    tables.subjects_differ,
    tables.otherwise_has_a_condition,
    tables.event_columns_are_dates,
    tables.collected_columns_are_dates,
    conditions.event_conditions_can_be_read,
    conditions.subject_conditions_can_be_read,
    extracts.extracts_are_complete,
    extracts.paths_stay_below_the_drop_folder,
    extracts.paths_hold_the_day,
    extracts.increments_say_deletes,
    dialects.signs_differ,
    dialects.edges_are_said_once,
    dialects.numbers_can_be_read,
    dialects.encodings_are_known,
    dialects.headers_name_columns,
    dialects.fields_are_columns,
    dialects.fields_differ_in_the_extract,
    dialects.formats_are_dates,
    dialects.words_are_of_booleans,
    formats.keys_fit_the_format,
    formats.endings_fit_the_format,
    formats.databases_are_complete,
    formats.markers_are_no_keys,
    purposes.consent_as_basis_is_asked_for,
    purposes.duties_and_claims_rest_on_no_consent,
    purposes.execution_windows_are_at_least_a_day,
    purposes.settling_ends_inside_the_window,
    purposes.duties_outlive_a_missing_event,
    versions.bounds_leave_room,
    versions.versions_follow_one_another,
    versions.versions_differ,
    company.undetermined_has_a_window,
    company.entities_differ,
    company.holds_are_reviewed_after_they_begin,
)
ACROSS_FILES: tuple[Check, ...] = (
    fields.served_purposes_exist,
    fields.served_purposes_are_enabled,
    fields.identity_numbers_are_justified,
    tables.entities_are_declared,
    tables.scopes_name_purposes_that_are_served,
    links.link_columns_are_declared,
    links.link_targets_exist,
    links.linked_columns_have_one_type,
    links.links_that_are_cleared_can_be,
    links.rows_that_end_with_another_are_no_dutys,
    links.rows_do_not_end_in_a_circle,
    links.event_paths_lead_to_the_event,
    joins.addresses_meet_no_person_without_a_purpose,
    chains.continued_rows_are_named,
    chains.continued_rows_begin_on_dates,
    chains.merges_are_declared,
    extracts.no_file_is_read_twice,
    consents.recorded_in_declared_columns,
    consents.found_by_declared_columns,
    consents.found_by_one_column_of_a_table,
    consents.times_are_dates,
    conditions.consent_conditions_can_be_read,
    consents.valid_statuses_are_accepted,
    consents.declared_once,
    objections.recorded_in_declared_columns,
    objections.declared_once,
    objections.named_by_purposes_that_one_can_object_to,
    objections.marketing_hears_objections,
    conditions.objection_conditions_can_be_read,
    purposes.a_persons_word_waits_for_no_review,
    purposes.texts_in_every_language,
    purposes.events_exist,
    purposes.consents_exist,
    purposes.recipients_exist,
    purposes.subjects_exist,
    purposes.declared_once,
    purposes.served_by_a_field,
    publishing.published_tables_serve,
    company.sources_declared_once,
    company.recipients_in_every_language,
    company.holds_name_tables,
    company.holds_declared_once,
)
"""These need every file: where one cannot be read, they would call every name in it unknown."""
WORDS: tuple[Check, ...] = (
    fields.categories_are_known,
    fields.special_categories_have_a_ground,
    purposes.data_uses_are_known,
    company.own_words_in_every_language,
    company.own_words_are_new,
)
"""Vocabularies grow and change, so these too, which need every file, are asked of what is to become law, never of what once did."""


def lint(documents: Documents, *, words: bool = True) -> tuple[Problem, ...]:
    """Every disagreement between the documents, and with the vocabularies. A line that has a problem of its own already is not reported
    twice.
    """
    context = Context(documents)
    checks = (*WITHIN_ONE_FILE, *((*ACROSS_FILES, *(WORDS if words else ())) if documents.complete else ()))
    known = {(problem.where, problem.line) for problem in documents.problems}
    found = (problem for check in checks for problem in check(context))
    return tuple(problem for problem in found if (problem.where, problem.line) not in known)
