//! Controls: applicability, owner, procedure, design.

use attestry_domain::command::Command;
use attestry_domain::event::control::{CompensationNamed, ControlAdopted};
use attestry_domain::event::{
    Applicability, ControlOwned, ProcedureApproved, ProcedureWritten, RationaleRecorded, WalkthroughRecorded,
};
use attestry_domain::id::{ControlId, Digest};
use attestry_domain::programme::AdoptedControl;

use crate::files::Object;
use crate::files::compare::Comparison;
use crate::files::document::ControlFile;
use crate::files::nearest::hint;
use crate::files::read::Files;

impl Comparison<'_> {
    pub(super) fn controls(&mut self, files: &Files) {
        for (name, (document, text)) in &files.controls {
            let file = format!("controls/{name}.{}", if document.is_some() { "yaml" } else { "md" });
            let id = name.parse::<ControlId>().ok().filter(|id| self.catalog.controls.contains_key(id));
            let Some(id) = id else {
                let near = hint(name, self.catalog.controls.keys().map(|id| id.as_str()));
                self.fault(&file, 0, format!("there is no control `{name}`{near}"));
                continue;
            };
            let known = self.programme.controls.get(&id).cloned();
            if known.is_none() {
                let adopted = ControlAdopted { control: id.clone() };
                self.change(&file, 0, format!("adopts {id}"), Command::AdoptControl(adopted));
            }
            if let Some(document) = document {
                self.ownership(&file, &id, document, known.as_deref());
            }
            self.procedure(&file, &id, document.as_ref(), text.as_deref(), known.as_deref());
            if let Some(document) = document {
                self.design(&file, &id, document, known.as_deref());
                self.attestations(&file, &id, document, known.as_deref());
            }
        }
    }

    fn ownership(
        &mut self,
        file: &str,
        id: &ControlId,
        document: &ControlFile,
        known: Option<&AdoptedControl>,
    ) {
        match (&document.applicable, &document.reason) {
            (Some(applicable), Some(reason)) => {
                let decided =
                    known.and_then(|known| known.applicability.as_ref()).map(|decided| &decided.value);
                let same = |(was, why): &(bool, String)| *was == applicable.value && why == reason;
                if !decided.is_some_and(same) {
                    let words = format!(
                        "decides that {id} {}",
                        if applicable.value { "applies" } else { "does not apply" }
                    );
                    let (control, applicable, line) = (id.clone(), applicable.value, applicable.line);
                    let decided = Applicability { control, applicable, reason: reason.clone() };
                    self.change(file, line, words, Command::DecideApplicability(decided));
                }
            }
            (None, None) => {}
            (Some(applicable), None) => self.fault(file, applicable.line, "`applicable` needs a `reason`"),
            (None, Some(_)) => {
                self.fault(file, document.control.line, "`reason` needs `applicable`, true or false")
            }
        }
        let Some(owner) = &document.owner else { return };
        let Some(person) = self.person(file, owner) else { return };
        if known.and_then(|known| known.owners.last()).is_none_or(|last| last.value != person) {
            let words = format!("names {} owner of {id}", owner.value);
            let owned = ControlOwned { control: id.clone(), owner: person };
            self.change(file, owner.line, words, Command::OwnControl(owned));
        }
    }

    fn procedure(
        &mut self,
        file: &str,
        id: &ControlId,
        document: Option<&ControlFile>,
        text: Option<&[u8]>,
        known: Option<&AdoptedControl>,
    ) {
        let last = known.and_then(|known| known.procedures.last());
        let cadence = document.and_then(|one| one.cadence);
        let grace = document.and_then(|one| one.grace_days);
        let approved_from = document.and_then(|one| one.approved_from);
        let Some(digest) = text.map(Digest::of).or(last.map(|last| last.text)) else {
            let lines =
                [cadence.map(|one| one.line), grace.map(|one| one.line), approved_from.map(|one| one.line)];
            if let Some(line) = lines.into_iter().flatten().next() {
                self.fault(file, line, format!("{id} has no procedure; write its text in controls/{id}.md"));
            }
            return;
        };
        let usual = self.catalog.controls.get(id).map(|control| control.cadence);
        let cadence_line = cadence.map_or(0, |one| one.line);
        let cadence = cadence.map(|one| one.value).or(last.map(|last| last.cadence)).or(usual);
        let Some(cadence) = cadence else { return };
        let grace_days = grace.map(|one| one.value).or(last.map(|last| last.grace_days)).unwrap_or(0);
        let same = last
            .is_some_and(|last| (last.text, last.cadence, last.grace_days) == (digest, cadence, grace_days));
        if !same {
            let days = if grace_days == 1 { "day" } else { "days" };
            let words = format!("writes the procedure of {id}: {cadence}, {grace_days} {days} of grace");
            let written = ProcedureWritten { control: id.clone(), text: digest, cadence, grace_days };
            let textual = last.is_none_or(|last| last.text != digest);
            let (place, line) =
                if textual { (format!("controls/{id}.md"), 0) } else { (file.to_owned(), cadence_line) };
            self.change(&place, line, words, Command::WriteProcedure(written));
            if let Some(change) = self.changes.last_mut() {
                change.object = text.map(|text| Object::Bytes(text.to_vec()));
            }
        }
        let Some(from) = approved_from else { return };
        let mut dates =
            known.into_iter().flat_map(|known| &known.procedures).filter_map(|one| one.approved.as_ref());
        let approved = last.filter(|_| same).and_then(|last| last.approved.as_ref());
        if approved.is_some_and(|approved| approved.value == from.value) {
            return;
        }
        if from.value < self.today && approved.is_none() && dates.any(|one| one.value == from.value) {
            let what = format!(
                "the new procedure of {id} is not approved, {} approved an earlier one; \
                 set `approved_from` to today or later, or leave it out to write the procedure unapproved",
                from.value
            );
            self.fault(file, from.line, what);
            return;
        }
        if approved.is_some() {
            let what = format!(
                "the procedure of {id} is approved already; write a new version to approve it from {}",
                from.value
            );
            self.fault(file, from.line, what);
            return;
        }
        let approved = ProcedureApproved { control: id.clone(), text: digest, effective_from: from.value };
        let words = format!("approves the procedure of {id} from {}", from.value);
        self.change(file, from.line, words, Command::ApproveProcedure(approved));
    }

    fn design(&mut self, file: &str, id: &ControlId, document: &ControlFile, known: Option<&AdoptedControl>) {
        if let Some(rationale) = &document.rationale
            && known
                .and_then(|known| known.rationales.last())
                .is_none_or(|last| last.value != rationale.value)
        {
            let recorded = RationaleRecorded { control: id.clone(), rationale: rationale.value.clone() };
            let words = format!("records why {id} meets its risk");
            self.change(file, rationale.line, words, Command::RecordRationale(recorded));
        }
        for one in &document.walkthroughs {
            if !self.resolves(file, one.artifact.as_ref()) {
                continue;
            }
            let mut seen = known.into_iter().flat_map(|known| &known.walkthroughs).map(|known| &known.value);
            if seen.any(|known| {
                known.on == one.on.value
                    && known.seen == one.seen
                    && self.shows_the_same(known.artifact, one.artifact.as_ref())
            }) {
                continue;
            }
            let artifact = self.artifact(file, one.artifact.as_ref(), Some(id));
            let (control, on, seen) = (id.clone(), one.on.value, one.seen.clone());
            let words = format!("records the walkthrough of {id} on {on}");
            let recorded = WalkthroughRecorded { control, on, seen, artifact };
            self.change(file, one.on.line, words, Command::RecordWalkthrough(recorded));
        }
        for one in &document.compensations {
            let (by, period) = (&one.by.value, one.period.0);
            let mut named =
                known.into_iter().flat_map(|known| &known.compensations).map(|known| &known.value);
            if named.any(|known| known.by == *by && known.period == period && known.reason == one.reason) {
                continue;
            }
            let words = format!("names {by} to compensate for {id} over {period}");
            let named =
                CompensationNamed { control: id.clone(), by: by.clone(), period, reason: one.reason.clone() };
            self.change(file, one.by.line, words, Command::NameCompensation(named));
        }
    }
}
