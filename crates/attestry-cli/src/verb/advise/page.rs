//! A plan for people.

use attestry_domain::advise::{
    CategoryAdvice, Cost, Effort, Force, NotNeeded, Plan, PlannedStep, Source, Verdict, Why,
};
use attestry_domain::catalog::Catalog;
use attestry_domain::time::{Day, day_words};

use super::strip;
use crate::ui::words::{counted, grouped};
use crate::ui::{Page, Table};
use crate::verb::catalog::number;

pub(super) fn print(page: &mut Page, catalog: &Catalog, plan: &Plan) {
    let (held, needless): (Vec<&NotNeeded>, Vec<&NotNeeded>) =
        plan.not_needed.iter().partition(|one| one.held);
    page.title(format!(
        "Your plan, as of {}: {}",
        day_words(plan.as_of),
        counted(number(plan.steps.len()), "step")
    ));
    if let Some(deadline) = plan.deadline {
        page.say(deadline_words(plan, deadline));
    }
    page.table(&overview(plan));
    for (at, step) in plan.steps.iter().enumerate() {
        one(page, plan, at + 1, step);
    }
    categories(page, catalog, &plan.categories);
    later(page, plan);
    not_needed(page, "Not needed", &needless);
    not_needed(page, "There already", &held);
    if !plan.notes.is_empty() {
        page.title("Good to know");
        for note in &plan.notes {
            page.say(format!("{} {}", note.text, cited(&note.rule, &note.source)));
        }
    }
    timeline(page, plan);
    page.gap();
    page.note(&plan.disclaimer);
}

fn overview(plan: &Plan) -> Table {
    let mut table = Table::new().number("").text("step").column("starts").column("done").column("");
    for (at, step) in plan.steps.iter().enumerate() {
        table.row(vec![
            (at + 1).to_string().into(),
            step.title.as_str().into(),
            day_words(step.starts).into(),
            day_words(step.ends).into(),
            firmly(step.force).into(),
        ]);
    }
    table
}

const fn firmly(force: Force) -> &'static str {
    match force {
        Force::Required => "required",
        Force::Advised => "advised",
    }
}

fn deadline_words(plan: &Plan, deadline: Day) -> String {
    let late: Vec<&str> =
        plan.steps.iter().filter(|step| step.after_deadline).map(|step| step.title.as_str()).collect();
    let day = day_words(deadline);
    if late.is_empty() {
        format!("Everything is done by your deadline, {day}.")
    } else {
        format!("Done only after your deadline, {day}: {}.", late.join("; "))
    }
}

fn one(page: &mut Page, plan: &Plan, number: usize, step: &PlannedStep) {
    page.title(format!("{number}. {}", step.title));
    let force = firmly(step.force);
    let late = if step.after_deadline { ", after your deadline" } else { "" };
    page.say(format!("{} – {}{late}; {force}. {}", day_words(step.starts), day_words(step.ends), step.gives));
    let title = |id: &attestry_domain::id::StepId| {
        plan.step(id.as_str()).map_or_else(|| id.to_string(), |one| one.title.clone())
    };
    if let Some(within) = &step.within {
        page.indented(2, format!("Done within: {}.", title(within)));
    }
    if !step.beside.is_empty() {
        let beside: Vec<String> = step.beside.iter().map(title).collect();
        page.indented(2, format!("Starts together with: {}.", beside.join("; ")));
    }
    why(page, &step.why);
    phases(page, step);
    cost(page, step);
    for shared in &step.shared {
        page.indented(2, format!("Shared with {}: {}.", shared.title, shared.what.trim_end_matches('.')));
    }
    for law in &step.applies {
        page.indented(2, format!("From {}: {} {}", day_words(law.from), law.what, source(&law.source)));
    }
}

fn why(page: &mut Page, all: &[Why]) {
    for why in all {
        page.indented(2, format!("Why: {} {}", why.reason, cited(&why.rule, &why.source)));
    }
}

fn phases(page: &mut Page, step: &PlannedStep) {
    if step.within.is_some() {
        return;
    }
    for (at, phase) in step.phases.iter().enumerate() {
        let months = match (phase.least, phase.most) {
            (least, most) if least == most => counted(u64::from(most), "month"),
            (least, most) => format!("{least} to {}", counted(u64::from(most), "month")),
        };
        let (from, to) = (day_words(phase.starts), day_words(phase.ends));
        page.indented(2, format!("({}) {from} – {to}: {} ({months})", strip::letter(at), phase.title));
    }
}

fn cost(page: &mut Page, step: &PlannedStep) {
    let own = match step.effort {
        Effort::Small => "days to a few weeks of one person",
        Effort::Medium => "months of one person, with help from several",
        Effort::Large => "a project of several people",
    };
    page.indented(2, format!("Own work: {own}."));
    for range in &step.cost.ranges {
        page.indented(2, format!("Cost: {}, {} {}", range.what, money(range), source(&range.source)));
    }
    if let Some(note) = &step.cost.note {
        page.indented(2, format!("Cost: {note}"));
    }
}

fn money(cost: &Cost) -> String {
    match (cost.low, cost.high) {
        (low, high) if low == high => format!("{} {}", grouped(high), cost.currency),
        (low, high) => format!("{}–{} {}", grouped(low), grouped(high), cost.currency),
    }
}

fn cited(rule: &attestry_domain::id::RuleId, from: &Source) -> String {
    format!("[{rule}; {}, {}]", from.text, from.as_of)
}

fn source(from: &Source) -> String {
    format!("[{}, {}]", from.text, from.as_of)
}

fn categories(page: &mut Page, catalog: &Catalog, all: &[CategoryAdvice]) {
    if all.is_empty() {
        return;
    }
    page.title("Categories");
    for advice in all {
        let verdict = match advice.verdict {
            Verdict::Include => "take it in",
            Verdict::Propose => "consider it",
            Verdict::NotNeeded => "leave it out",
        };
        page.say(format!("{}: {verdict}.", category(catalog, &advice.category)));
        why(page, &advice.why);
        if let Some(cost) = &advice.cost {
            page.indented(2, format!("Cost: {cost}"));
        }
    }
}

/// A qualified category as people call it.
fn category(catalog: &Catalog, qualified: &str) -> String {
    let found = qualified.split_once(':').and_then(|(framework, id)| {
        let known = catalog.frameworks.get(&framework.parse().ok()?)?;
        let category = known.categories.iter().find(|one| one.id == id)?;
        Some(format!("{}, {}", known.short, category.title))
    });
    found.unwrap_or_else(|| qualified.to_owned())
}

fn later(page: &mut Page, plan: &Plan) {
    if plan.later.is_empty() {
        return;
    }
    page.title("Later");
    for one in &plan.later {
        page.say(format!("{}: until {}.", one.title, one.until.trim_end_matches('.')));
        why(page, &one.why);
    }
}

fn not_needed(page: &mut Page, title: &str, all: &[&NotNeeded]) {
    if all.is_empty() {
        return;
    }
    page.title(title);
    for one in all {
        let from = match (&one.rule, &one.source) {
            (Some(rule), Some(from)) => format!(" {}", cited(rule, from)),
            _ => String::new(),
        };
        page.say(format!("{}: {}{from}", one.title, one.why));
    }
}

fn timeline(page: &mut Page, plan: &Plan) {
    let lines = strip::lines(plan, page.width());
    if plan.steps.is_empty() || lines.is_empty() {
        return;
    }
    page.title("Month by month");
    for line in lines {
        page.raw(line);
    }
    page.note("A letter is the phase of that month, as listed with the step.");
}
