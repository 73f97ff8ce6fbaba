//! What is wrong with laws, schemes and duties.

use super::refuses_large;

const ACT: &str = "frameworks/act.yaml";

#[test]
fn a_provision_of_a_law_that_no_date_covers_is_refused() {
    refuses_large(
        ACT,
        "provisions: [A]",
        "provisions: [A1, A2]",
        &[
            "frameworks/act.yaml:35: requirements[3].id: no entry of `dates` names the assessable requirement `act:A3` or a node above it; say from when it applies",
        ],
    );
}

#[test]
fn a_date_of_a_provision_that_is_not_there_is_refused_with_the_nearest() {
    refuses_large(
        ACT,
        "provisions: [A]",
        "provisions: [A, A11]",
        &[
            "frameworks/act.yaml:25: dates[0].provisions[1]: unknown requirement `act:A11`; nearest is `act:A1`",
        ],
    );
}

#[test]
fn a_period_that_ends_before_it_starts_is_refused_and_an_empty_one_is_not() {
    refuses_large(
        ACT,
        "until: 2026-08-02",
        "until: 2026-08-01",
        &[
            "frameworks/act.yaml:27: dates[0].until: ends on 2026-08-01, before it applies from 2026-08-02; what never applied ends on its first day",
        ],
    );
}

#[test]
fn two_dates_of_one_name_are_refused_with_the_place_of_the_first() {
    let second = "dates:\n  - { id: start, provisions: [A], applies_from: 2026-08-02, note: again, source: us, as_of: 2026-01-01 }\n";
    refuses_large(
        ACT,
        "dates:\n",
        second,
        &[
            "frameworks/act.yaml:25: dates[1].id: date `act:start` is already there, at frameworks/act.yaml:24",
        ],
    );
}

#[test]
fn a_date_without_its_source_or_with_none_that_is_a_day_is_refused() {
    refuses_large(
        ACT,
        "    source: the journal\n",
        "",
        &["frameworks/act.yaml:24: dates[0]: key `source` is missing"],
    );
    refuses_large(
        ACT,
        "applies_from: 2026-08-02",
        "applies_from: next summer",
        &[
            "frameworks/act.yaml:26: dates[0].applies_from: `next summer` is no day; expected a form like 2026-05-12",
        ],
    );
}

#[test]
fn a_duty_of_a_role_that_is_no_category_is_refused_with_the_nearest() {
    refuses_large(
        ACT,
        "duty: [maker, user]",
        "duty: [maker, usr]",
        &[
            "frameworks/act.yaml:34: requirements[2].applies.duty[1]: unknown category `act:usr`; nearest is `act:user`",
        ],
    );
}

#[test]
fn a_scheme_that_leaves_a_question_open_is_refused() {
    refuses_large(
        ACT,
        "  best_when: it applies\n",
        "",
        &["frameworks/act.yaml:13: scheme: key `best_when` is missing"],
    );
}

#[test]
fn what_is_assessed_without_what_is_looked_for_or_what_shows_it_is_refused() {
    refuses_large(
        ACT,
        ", looks_for: it kept",
        "",
        &[
            "frameworks/act.yaml:33: requirements[1].id: the assessable requirement `act:A1` has no `looks_for`; say what an auditor looks for",
        ],
    );
    refuses_large(
        ACT,
        ", evidence: a page",
        "",
        &[
            "frameworks/act.yaml:34: requirements[2].id: the assessable requirement `act:A2` has no `evidence`; say what usually shows it",
        ],
    );
}
