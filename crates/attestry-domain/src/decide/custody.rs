//! Collections, records that were not taken, holds, erasures.

use crate::decide::{Case, Decision, Refusal, rule};
use crate::event::{ArtifactHeld, CollectionRan, Erased, Payload, RecordsSetAside, SetAsideResolved};
use crate::programme::collector_name;

impl Case<'_> {
    pub(super) fn record_collection(&self, body: &CollectionRan) -> Decision {
        self.said("the source's name", &body.source)?;
        self.said("the collector's name", &body.collector)?;
        for collected in &body.streams {
            self.stream(&collected.stream)?;
        }
        if body.finished_at < body.started_at {
            return Err(rule(
                "the collection ended before it began",
                "set the clock right and collect again",
            ));
        }
        let key = (body.source.clone(), collector_name(&body.collector));
        let last = self.programme.collections.get(&key).and_then(|all| all.last());
        if last.is_some_and(|last| last.value == *body) {
            return Ok(Vec::new());
        }
        Ok(vec![Payload::CollectionRan(body.clone())])
    }

    pub(super) fn set_aside(&self, body: &RecordsSetAside) -> Decision {
        self.stream(&body.stream)?;
        self.said("the source's name", &body.source)?;
        if body.rows == 0 {
            return Err(rule("no records were set aside", "there is nothing to record"));
        }
        let known = self.programme.set_aside.get(&body.set_aside).map(|known| &known.records.value);
        self.once("batch of records set aside", known, body, Payload::RecordsSetAside)
    }

    pub(super) fn resolve_set_aside(&self, body: &SetAsideResolved) -> Decision {
        self.said("what became of the records", &body.resolution)?;
        let Some(known) = self.programme.set_aside.get(&body.set_aside) else {
            let near = self.programme.set_aside.keys().map(ToString::to_string).collect();
            return Err(Refusal::Unknown { kind: "batch set aside", id: body.set_aside.to_string(), near });
        };
        if known.resolved.as_ref().is_some_and(|resolved| resolved.value == body.resolution) {
            return Ok(Vec::new());
        }
        Ok(vec![Payload::SetAsideResolved(body.clone())])
    }

    pub(super) fn hold_artifact(&self, body: &ArtifactHeld) -> Decision {
        self.said("the matter", &body.matter)?;
        if !self.programme.artifacts.contains_key(&body.artifact) {
            return Err(Refusal::Unknown { kind: "file", id: body.artifact.to_string(), near: Vec::new() });
        }
        if self.programme.holds.get(&body.artifact).is_some_and(|known| known.value == *body) {
            return Ok(Vec::new());
        }
        Ok(vec![Payload::ArtifactHeld(body.clone())])
    }

    pub(super) fn erase(&self, body: &Erased) -> Decision {
        self.said("the ground for the erasure", &body.reason)?;
        if body.objects.is_empty() && body.events.is_empty() {
            return Err(rule("nothing is to be erased", "name what is"));
        }
        if let Some(event) =
            body.events.iter().find(|event| **event > self.programme.sequence || **event == 0)
        {
            return Err(rule(
                format!("there is no event {event}"),
                format!("the ledger has 1 to {}", self.programme.sequence),
            ));
        }
        if let Some(gone) = body.objects.iter().find(|one| self.programme.erased.contains_key(&one.digest)) {
            return Err(rule(format!("object {} is erased already", gone.digest), "leave it out"));
        }
        self.not_held(body)?;
        Ok(vec![Payload::Erased(body.clone())])
    }

    /// Nothing that a legal matter asks for is erased.
    fn not_held(&self, body: &Erased) -> Result<(), Refusal> {
        let mut files = self.programme.artifacts.iter();
        let held = files.find(|(id, file)| {
            let named = body.objects.iter().any(|one| one.digest == file.value.object.digest);
            named && self.programme.is_held(**id, self.today)
        });
        let Some((id, file)) = held else { return Ok(()) };
        let matter = self.programme.holds.get(id).map(|hold| hold.value.matter.clone()).unwrap_or_default();
        Err(rule(
            format!("`{}` is under a legal hold: {matter}", file.value.name),
            "end the hold first, or leave the file out",
        ))
    }
}
