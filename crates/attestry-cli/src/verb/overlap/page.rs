//! An overlap for people: how much is there, item by item why, and what to do in which order.

use attestry_domain::overlap::{Given, HALF, Item, Kind};
use attestry_domain::time::day_words;

use super::Answer;
use crate::ui::words::{counted, grouped};
use crate::ui::{Mark, Page, Table};
use crate::verb::catalog::number;

/// Had requirements that a page names of each item.
const NAMED: usize = 4;

impl Answer<'_> {
    pub(super) fn print(&self, page: &mut Page) {
        let (want, overlap) = (self.short(self.overlap.want.as_str()), &self.overlap);
        page.title(format!("From {} towards {want}", self.had()));
        page.say(format!(
            "Of {} of {want}, {} can be reused, {} and {}.",
            counted(number(overlap.total), "requirement"),
            grouped(number(overlap.reuse)),
            verb(overlap.extend, "extends what you have", "extend what you have"),
            verb(overlap.new, "is new", "are new"),
        ));
        self.say_carried(page);
        self.say_today(page);
        page.note(if overlap.ai_in_scope {
            "Assumed: your AI systems lie in the scope of what you have. If they do not, nothing can be reused \
             as it is; --without-ai-in-scope shows that."
        } else {
            "Assumed: your AI systems do not lie in the scope of what you have, so nothing can be reused as it is."
        });
        for (kind, title) in [
            (Kind::Reuse, "Reuse: what you have meets it"),
            (Kind::Extend, "Extend: part of the work is there"),
            (Kind::New, "New: to be begun"),
        ] {
            self.group(page, kind, title);
        }
        self.order(page);
    }

    /// How much of the work carries over where something does: most rows share a little, and a count hides that.
    fn say_carried(&self, page: &mut Page) {
        let extended = self.overlap.items.iter().filter(|item| item.kind == Kind::Extend);
        let strengths = extended.map(|item| item.from.iter().map(|one| one.strength).max());
        let strengths: Vec<Option<u8>> = strengths.collect();
        let much = strengths.iter().flatten().filter(|strength| **strength >= HALF).count();
        let little = strengths.iter().flatten().count() - much;
        let shared = strengths.len() - much - little;
        let parts = [
            (much, "half of the work or more carries over"),
            (little, "less than half of it does"),
            (shared, "controls are shared and nobody has said how much carries over"),
        ];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts.map(|(count, what)| format!("for {count} {what}")).collect();
        if !parts.is_empty() {
            page.say(format!("Of what extends: {}.", parts.join(", ")));
        }
    }

    fn say_today(&self, page: &mut Page) {
        let Some(today) = &self.today else { return };
        let mut words =
            format!("What you have is what the programme meets in design on {}", day_words(today.as_of));
        if !today.met.is_empty() {
            let met = number(self.overlap.items.iter().filter(|item| self.is_met(&item.requirement)).count());
            words.push_str(&format!("; of those wanted it meets {} by its own controls", grouped(met)));
        }
        if !today.excluded.is_empty() {
            let excluded = counted(number(today.excluded.len()), "requirement");
            words.push_str(&format!("; {excluded} left out with a reason"));
        }
        page.say(format!("{words}. N {}.", grouped(today.at)));
    }

    /// What is had, in words.
    fn had(&self) -> String {
        if self.have.is_empty() {
            return "nothing".to_owned();
        }
        let one = |(id, chosen): (&attestry_domain::id::FrameworkId, &std::collections::BTreeSet<String>)| {
            let known = self.catalog.frameworks.get(id);
            let titles = known.into_iter().flat_map(|known| &known.categories);
            let titles = titles.filter(|category| chosen.contains(&category.id));
            let titles: Vec<&str> = titles.map(|category| category.title.as_str()).collect();
            let short = self.short(id.as_str());
            if titles.is_empty() { short.to_owned() } else { format!("{short} ({})", titles.join(", ")) }
        };
        self.have.iter().map(one).collect::<Vec<_>>().join(" and ")
    }

    fn short<'a>(&'a self, id: &'a str) -> &'a str {
        let known = self.catalog.frameworks.values().find(|one| one.id.as_str() == id);
        known.map_or(id, |one| one.short.as_str())
    }

    fn group(&self, page: &mut Page, kind: Kind, title: &str) {
        let items: Vec<&Item<'_>> = self.overlap.items.iter().filter(|item| item.kind == kind).collect();
        if items.is_empty() {
            return;
        }
        page.title(format!("{title} ({})", counted(number(items.len()), "requirement")));
        for item in items {
            self.item(page, item);
        }
    }

    fn item(&self, page: &mut Page, item: &Item<'_>) {
        let met = self.is_met(&item.requirement);
        let mark = match item.kind {
            _ if met => Mark::Good,
            Kind::Reuse => Mark::Good,
            Kind::Extend => Mark::Half,
            Kind::New => Mark::Bar,
        };
        let style = mark.style();
        let (code, title) = (item.requirement.code(), self.title(&item.requirement));
        page.say(format!("{style}{}{style:#} {code}  {title}", mark.shape()));
        if !item.from.is_empty() {
            page.indented(4, format!("From {}.", self.given(&item.from)));
        }
        page.indented(4, &item.why);
        if met {
            page.indented(4, "The programme meets it already.");
            return;
        }
        if !item.left.is_empty() {
            page.indented(4, format!("Left: {}", item.left));
        }
        let controls = item.closes_with.iter();
        let controls =
            controls.map(|id| if self.is_there(id) { format!("{id} (there)") } else { id.to_string() });
        let controls: Vec<String> = controls.collect();
        if !controls.is_empty() {
            page.indented(4, format!("Closes with {}.", controls.join(", ")));
        }
    }

    fn given(&self, from: &[Given]) -> String {
        let id = |one: &Given| {
            let id = &one.requirement;
            if self.have.len() > 1 { id.to_string() } else { id.code().to_owned() }
        };
        let one = |one: &Given| format!("{} ({}, {} of 10)", id(one), one.relation.words(), one.strength);
        let mut words = from.iter().take(NAMED).map(one).collect::<Vec<_>>().join(", ");
        if from.len() > NAMED {
            words.push_str(&format!(" and {} more", from.len() - NAMED));
        }
        words
    }

    /// The controls that close what is left, in order; then what no control is missing for.
    fn order(&self, page: &mut Page) {
        let open: Vec<&Item<'_>> =
            self.overlap.items.iter().filter(|item| item.kind != Kind::Reuse).collect();
        let open: Vec<&Item<'_>> = open.into_iter().filter(|item| !self.is_met(&item.requirement)).collect();
        if !self.closing.is_empty() {
            page.title("What closes the rest, most for the least work first");
            page.table(&self.steps(open.len()));
            page.note(
                "Effort: low is days, medium weeks, high more, of own work. Closed: requirements whose controls are \
                 then all in place.",
            );
        }
        let ready = open.iter().filter(|item| {
            !item.closes_with.is_empty() && item.closes_with.iter().all(|control| self.is_there(control))
        });
        let ready: Vec<&str> = ready.map(|item| item.requirement.code()).collect();
        if !ready.is_empty() {
            page.gap();
            page.say(format!(
                "Their controls are in place, what is left is to show that they meet them: {}.",
                ready.join(", ")
            ));
        }
        for item in open.iter().filter(|item| item.closes_with.is_empty()) {
            let why =
                self.catalog.requirements.get(&item.requirement).map_or("", |one| one.unmapped.as_str());
            let why = if why.is_empty() { "the control set has none that is key for it" } else { why };
            page.say(format!("No control closes {}: {why}", item.requirement.code()));
        }
    }

    fn steps(&self, open: usize) -> Table {
        let mut table = Table::new()
            .number("")
            .column("control")
            .text("title")
            .column("effort")
            .number("closes")
            .number("closed")
            .number("also helps");
        let mut closed = 0;
        for (at, one) in self.closing.iter().enumerate() {
            closed += one.closes.len();
            let control = self.catalog.controls.get(&one.control);
            table.row(vec![
                (at + 1).to_string().into(),
                one.control.as_str().into(),
                control.map_or("", |control| control.title.as_str()).into(),
                one.effort.as_str().into(),
                one.closes.len().to_string().into(),
                format!("{closed} of {open}").into(),
                one.helps.to_string().into(),
            ]);
        }
        table
    }
}

fn verb(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number(count)), if count == 1 { one } else { many })
}
