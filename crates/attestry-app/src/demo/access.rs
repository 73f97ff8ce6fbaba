//! Employment and access: who came, who went, what they could reach, and the reviews of it.

use attestry_domain::time::{Day, Instant, Period};
use attestry_stats::{ColumnType, Table, Value};

use crate::demo::calendar::Calendar;
use crate::demo::people::{People, Person};
use crate::demo::sheet::{Sheet, count, date, instant, maybe, text};
use crate::demo::world::Seed;

/// System, entitlement, whether it allows administration, and the departments that get it; none means everybody.
#[rustfmt::skip]
const SYSTEMS: [(&str, &str, bool, &[&str]); 9] = [
    ("single-sign-on", "member", false, &[]),
    ("ticketing", "member", false, &[]),
    ("source-forge", "write", false, &["Engineering", "Data and AI", "Platform"]),
    ("cloud-production", "administrator", true, &["Platform"]),
    ("data-warehouse", "analyst", false, &["Data and AI"]),
    ("model-registry", "publisher", false, &["Data and AI"]),
    ("customer-records", "agent", false, &["Sales", "Customer care"]),
    ("hr-system", "administrator", true, &["People"]),
    ("bookkeeping", "accountant", false, &["Finance"]),
];

/// The access that stays too long after its holder left.
const FORGOTTEN: (&str, &str) = ("Bruno Costa", "data-warehouse");
/// How long it stays.
const FORGOTTEN_DAYS: i64 = 9;

/// One access from its beginning to its end.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) id: String,
    pub(super) person: String,
    pub(super) system: &'static str,
    entitlement: &'static str,
    privileged: bool,
    pub(super) granted_at: Instant,
    pub(super) removed_at: Option<Instant>,
}

/// All access ever given, in the order of people and systems.
pub(super) fn grants(seed: Seed, calendar: &Calendar, people: &People) -> Vec<Grant> {
    let mut grants = Vec::new();
    for person in &people.all {
        let mut dice = seed.dice(&format!("grants/{}", person.name));
        for (system, entitlement, privileged, departments) in SYSTEMS {
            if !departments.is_empty() && !departments.contains(&person.department) {
                continue;
            }
            let granted_at = calendar.at(person.started, 9, dice.between(5, 200));
            let usual = dice.between(20, 170);
            let removed_at = person.left.map(|day| match (person.name, system) == FORGOTTEN {
                true => calendar.at(Calendar::plus(day, FORGOTTEN_DAYS), 19, 40),
                false => calendar.at(day, 17, usual),
            });
            let id = seed.key("g", &format!("{}/{system}", person.name));
            let person = person.key.clone();
            grants.push(Grant { id, person, system, entitlement, privileged, granted_at, removed_at });
        }
    }
    grants
}

/// The occurrence that the forgotten access becomes in a control test.
pub(super) fn forgotten(people: &People, grants: &[Grant]) -> Option<String> {
    let person = people.all.iter().find(|one| one.name == FORGOTTEN.0)?;
    let grant = grants.iter().find(|one| one.person == person.key && one.system == FORGOTTEN.1)?;
    Some(format!("{}/{}", grant.id, person.left?))
}

/// What the HR system wrote in some days; the first time it writes everybody.
pub(super) fn employees(calendar: &Calendar, people: &People, days: Period, first: bool) -> Option<Table> {
    let mut sheet = Sheet::new(&[
        ("person_key", ColumnType::Text),
        ("started_on", ColumnType::Date),
        ("left_on", ColumnType::Date),
        ("left_at", ColumnType::Timestamp),
        ("name", ColumnType::Text),
        ("email", ColumnType::Text),
        ("department", ColumnType::Text),
        ("kind", ColumnType::Text),
        ("updated_at", ColumnType::Timestamp),
    ]);
    let mut add = |person: &Person, left: Option<Day>, updated_at: Instant| {
        sheet.add(vec![
            text(&person.key),
            date(person.started),
            maybe(left, date),
            maybe(left, |day| instant(calendar.at(day, 17, 0))),
            text(person.name),
            text(&person.email),
            text(person.department),
            text("employee"),
            instant(updated_at),
        ]);
    };
    for person in &people.all {
        if first && person.started < days.from() {
            add(person, None, calendar.at(person.started, 8, 30));
        }
        if days.contains(person.started) {
            add(person, None, calendar.at(person.started, 8, 30));
        }
        if let Some(left) = person.left.filter(|left| days.contains(*left)) {
            add(person, Some(left), calendar.at(left, 17, 5));
        }
    }
    sheet.table()
}

/// Access given in some days; the first time all that was given before, too.
pub(super) fn given(calendar: &Calendar, grants: &[Grant], days: Period, first: bool) -> Option<Table> {
    let mut sheet = Sheet::new(&[
        ("grant_id", ColumnType::Text),
        ("person_key", ColumnType::Text),
        ("system", ColumnType::Text),
        ("entitlement", ColumnType::Text),
        ("privileged", ColumnType::Boolean),
        ("granted_at", ColumnType::Timestamp),
    ]);
    for grant in grants {
        let day = grant.granted_at.day(&calendar.zone);
        if days.contains(day) || (first && day < days.from()) {
            sheet.add(vec![
                text(&grant.id),
                text(&grant.person),
                text(grant.system),
                text(grant.entitlement),
                Value::Boolean(grant.privileged),
                instant(grant.granted_at),
            ]);
        }
    }
    sheet.table()
}

/// Access taken in some days.
pub(super) fn taken(calendar: &Calendar, grants: &[Grant], days: Period) -> Option<Table> {
    let mut sheet = Sheet::new(&[
        ("grant_id", ColumnType::Text),
        ("person_key", ColumnType::Text),
        ("system", ColumnType::Text),
        ("removed_at", ColumnType::Timestamp),
        ("reason", ColumnType::Text),
    ]);
    for grant in grants {
        let Some(removed_at) = grant.removed_at.filter(|at| days.contains(at.day(&calendar.zone))) else {
            continue;
        };
        sheet.add(vec![
            text(&grant.id),
            text(&grant.person),
            text(grant.system),
            instant(removed_at),
            text("left"),
        ]);
    }
    sheet.table()
}

/// Access reviews completed in some days. That of the second quarter is never completed.
pub(super) fn reviews(calendar: &Calendar, people: &People, grants: &[Grant], days: Period) -> Option<Table> {
    let mut sheet = Sheet::new(&[
        ("review_id", ColumnType::Text),
        ("scope", ColumnType::Text),
        ("window_start", ColumnType::Date),
        ("window_end", ColumnType::Date),
        ("completed_at", ColumnType::Timestamp),
        ("reviewer_key", ColumnType::Text),
        ("grants_reviewed", ColumnType::Integer),
        ("grants_revoked", ColumnType::Integer),
    ]);
    for window in closed_quarters(calendar).into_iter().filter(|window| window.from().month() != 4) {
        let completed = Calendar::working(Calendar::plus(window.to(), 5));
        if !days.contains(completed) {
            continue;
        }
        let completed_at = calendar.at(completed, 15, 20);
        let open =
            |one: &&Grant| one.granted_at < completed_at && one.removed_at.is_none_or(|at| at > completed_at);
        let reviewed = u64::try_from(grants.iter().filter(open).count()).unwrap_or(0);
        sheet.add(vec![
            text(format!("access-review-{}", window.from())),
            text("all systems in scope"),
            date(window.from()),
            date(window.to()),
            instant(completed_at),
            text(&people.titled("Head of IT").key),
            count(reviewed),
            count(0),
        ]);
    }
    sheet.table()
}

/// Calendar quarters that close between the first event and the end of the year.
pub(super) fn closed_quarters(calendar: &Calendar) -> Vec<Period> {
    use attestry_domain::assess::window_of;
    use attestry_domain::catalog::Cadence;
    let mut quarters = Vec::new();
    let mut day = calendar.begins;
    while let Some(quarter) = window_of(Cadence::Quarterly, day).filter(|one| one.to() <= calendar.year.to())
    {
        quarters.push(quarter);
        day = quarter.to();
    }
    quarters
}
