//! Changes to the source repositories, and their reviews.

use attestry_domain::time::{Day, Instant, Period};
use attestry_stats::{ColumnType, Table, Value};
use jiff::civil::Weekday;

use crate::demo::calendar::Calendar;
use crate::demo::people::{People, Person};
use crate::demo::sheet::{Sheet, instant, text};
use crate::demo::world::{Dice, Seed};

const REPOSITORIES: [&str; 5] =
    ["web-app", "ranking-engine", "scheduling-assistant", "infrastructure", "prompts"];
const VERBS: [&str; 6] = ["Add", "Fix", "Speed up", "Simplify", "Log", "Test"];
const THINGS: [&str; 10] = [
    "résumé parsing for two-column layouts",
    "candidate timeline",
    "interview slot search",
    "export for recruiters",
    "score explanation text",
    "retry of webhook calls",
    "audit log of overrides",
    "salary band lookup",
    "feature store refresh",
    "role of the nightly job",
];

/// A merged change with the reviews of it.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) id: String,
    repository: &'static str,
    commit: String,
    pub(super) merged_at: Instant,
    title: String,
    author: usize,
    pub(super) reviews: Vec<Review>,
}

/// A review of a change.
#[derive(Debug, Clone)]
pub(super) struct Review {
    pub(super) id: String,
    pub(super) at: Instant,
    reviewer: usize,
    pub(super) verdict: &'static str,
}

/// The two changes that nobody else reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreviewed {
    /// It has no review.
    pub(super) none: String,
    /// It was reviewed by its author alone.
    pub(super) own: String,
}

/// All changes from the first event to the end of the year, in the order of their merges.
pub(super) fn changes(seed: Seed, calendar: &Calendar, people: &People) -> (Vec<Change>, Unreviewed) {
    let mut dice = seed.dice("changes");
    let mut numbers = [1_200_u64, 640, 410, 880, 95];
    let mut all = Vec::new();
    let until = Period::new(calendar.begins, calendar.year.to()).unwrap_or(calendar.year);
    for day in until.days() {
        let mut times: Vec<i64> =
            (0..merges(&mut dice, day)).map(|_| dice.between(9 * 60 + 5, 17 * 60 + 50)).collect();
        times.sort_unstable();
        for minute in times {
            let merged_at = calendar.at(day, 0, minute);
            let at = usize::try_from(dice.below(5)).unwrap_or(0);
            let (Some(repository), Some(number)) = (REPOSITORIES.get(at), numbers.get_mut(at)) else {
                continue;
            };
            *number += 1 + dice.below(3);
            let id = format!("{repository}#{number}");
            all.extend(change(seed, &mut dice, people, (day, merged_at), repository, id));
        }
    }
    let unreviewed = leave_unreviewed(calendar, &mut all);
    (all, unreviewed)
}

/// How many merges a day sees: some seven on a working day, few on a Friday.
fn merges(dice: &mut Dice, day: Day) -> i64 {
    match day.weekday() {
        Weekday::Saturday | Weekday::Sunday => 0,
        Weekday::Friday => dice.between(2, 6),
        _ => dice.between(4, 10),
    }
}

fn change(
    seed: Seed,
    dice: &mut Dice,
    people: &People,
    (day, merged_at): (Day, Instant),
    repository: &'static str,
    id: String,
) -> Option<Change> {
    let engineers = people.engineers(day);
    let author = dice.pick(&engineers)?.name;
    let others: Vec<&&Person> = engineers.iter().filter(|one| one.name != author).collect();
    let place = |name: &str| people.all.iter().position(|one| one.name == name);
    let title = format!("{} {}", dice.pick(&VERBS)?, dice.pick(&THINGS)?);
    let minutes = dice.between(4, 170);
    let mut reviews = Vec::new();
    if dice.percent(22) {
        let at = Instant::from_micros(merged_at.micros() - (minutes + dice.between(20, 300)) * 60_000_000);
        let verdict = if dice.percent(60) { "commented" } else { "changes_requested" };
        reviews.push(Review {
            id: format!("{id}/1"),
            at,
            reviewer: place(dice.pick(&others)?.name)?,
            verdict,
        });
    }
    let at = Instant::from_micros(merged_at.micros() - minutes * 60_000_000);
    let reviewer = place(dice.pick(&others)?.name)?;
    reviews.push(Review { id: format!("{id}/{}", reviews.len() + 1), at, reviewer, verdict: "approved" });
    let commit: String = [seed.key("c", &id), seed.key("d", &id), seed.key("e", &id), seed.key("f", &id)]
        .iter()
        .filter_map(|key| key.split('-').nth(1).map(str::to_owned))
        .collect();
    Some(Change { id, repository, commit, merged_at, title, author: place(author)?, reviews })
}

/// Takes the review from one change and turns that of another into its author's own.
fn leave_unreviewed(calendar: &Calendar, all: &mut [Change]) -> Unreviewed {
    let mut first_after = |month, day, edit: &dyn Fn(&mut Change)| {
        let from = calendar.at(calendar.nth(month, day), 0, 0);
        let found = all.iter_mut().find(|one| one.merged_at >= from);
        found.map_or_else(String::new, |found| {
            edit(found);
            found.id.clone()
        })
    };
    let none = first_after(2, 12, &|change| {
        "Stop the queue that sends invitations twice".clone_into(&mut change.title);
        change.reviews.clear();
    });
    let own = first_after(8, 20, &|change| {
        let (author, at) = (change.author, change.merged_at);
        change.reviews.truncate(1);
        for review in &mut change.reviews {
            (review.reviewer, review.verdict, review.at) =
                (author, "approved", Instant::from_micros(at.micros() - 90_000_000));
        }
    });
    Unreviewed { none, own }
}

/// The changes merged in some days, as records.
pub(super) fn change_table(
    calendar: &Calendar,
    people: &People,
    all: &[Change],
    days: Period,
) -> Option<Table> {
    let mut sheet = Sheet::new(&[
        ("change_id", ColumnType::Text),
        ("repository", ColumnType::Text),
        ("commit", ColumnType::Text),
        ("merged_at", ColumnType::Timestamp),
        ("title", ColumnType::Text),
        ("author_key", ColumnType::Text),
        ("author", ColumnType::Text),
        ("committer", ColumnType::Text),
        ("is_merge", ColumnType::Boolean),
        ("signature_present", ColumnType::Boolean),
    ]);
    for change in within(calendar, all, days) {
        let Some(author) = people.all.get(change.author) else { continue };
        sheet.add(vec![
            text(&change.id),
            text(change.repository),
            text(&change.commit),
            instant(change.merged_at),
            text(&change.title),
            text(&author.key),
            text(&author.email),
            text("merge-queue"),
            Value::Boolean(true),
            Value::Boolean(true),
        ]);
    }
    sheet.table()
}

/// The reviews of the changes merged in some days, as records.
pub(super) fn review_table(
    calendar: &Calendar,
    people: &People,
    all: &[Change],
    days: Period,
) -> Option<Table> {
    let mut sheet = Sheet::new(&[
        ("review_id", ColumnType::Text),
        ("change_id", ColumnType::Text),
        ("repository", ColumnType::Text),
        ("reviewed_at", ColumnType::Timestamp),
        ("reviewer_key", ColumnType::Text),
        ("reviewer", ColumnType::Text),
        ("verdict", ColumnType::Text),
        ("basis", ColumnType::Text),
    ]);
    for change in within(calendar, all, days) {
        for review in &change.reviews {
            let Some(reviewer) = people.all.get(review.reviewer) else { continue };
            sheet.add(vec![
                text(&review.id),
                text(&change.id),
                text(change.repository),
                instant(review.at),
                text(&reviewer.key),
                text(&reviewer.email),
                text(review.verdict),
                text("platform"),
            ]);
        }
    }
    sheet.table()
}

/// The changes merged in some days.
pub(super) fn within<'a>(
    calendar: &'a Calendar,
    all: &'a [Change],
    days: Period,
) -> impl Iterator<Item = &'a Change> {
    let (from, to) = (days.start_at(&calendar.zone), days.end_at(&calendar.zone));
    all.iter().filter(move |one| from <= one.merged_at && one.merged_at < to)
}

/// The week whose changes were only fetched six weeks later, when somebody noticed that the collector had stopped.
pub(super) fn late_week(calendar: &Calendar) -> Period {
    let wanted = calendar.nth(5, 10);
    let mut weeks = calendar.weeks().into_iter();
    weeks.find(|week| week.contains(wanted)).unwrap_or(calendar.year)
}
