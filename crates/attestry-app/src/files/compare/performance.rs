//! Statements that controls were performed, and answers to exceptions.

use std::collections::BTreeSet;

use attestry_domain::command::Command;
use attestry_domain::event::{AttestationRecorded, ExceptionResponded, ResponseKind};
use attestry_domain::id::{AttestationId, ControlId};
use attestry_domain::programme::AdoptedControl;

use crate::files::compare::Comparison;
use crate::files::document::{AttestationEntry, ControlFile};
use crate::files::nearest::hint;
use crate::files::read::Files;

impl Comparison<'_> {
    pub(super) fn attestations(
        &mut self,
        file: &str,
        id: &ControlId,
        document: &ControlFile,
        known: Option<&AdoptedControl>,
    ) {
        for (at, one) in document.attestations.iter().enumerate() {
            if !self.resolves(file, one.artifact.as_ref()) {
                continue;
            }
            let mut said = known.into_iter().flat_map(|known| &known.attestations);
            let again = document.attestations.iter().take(at).any(|before| before == one);
            if again || said.any(|known| self.attested(&known.value, one)) {
                continue;
            }
            let artifact = self.artifact(file, one.artifact.as_ref(), Some(id));
            let (performed_on, window) = (one.performed_on.value, one.window.map(|window| window.0));
            let of = window.map(|window| format!(" for {window}")).unwrap_or_default();
            let words = format!("states that {id} was performed on {performed_on}{of}");
            let attestation = AttestationId::new(self.app.ulid());
            let (control, note) = (id.clone(), one.note.clone());
            let recorded = AttestationRecorded { attestation, control, window, performed_on, artifact, note };
            self.change(file, one.performed_on.line, words, Command::RecordAttestation(recorded));
        }
    }

    /// Whether a recorded statement is the one in the file.
    pub(super) fn attested(&self, known: &AttestationRecorded, one: &AttestationEntry) -> bool {
        known.performed_on == one.performed_on.value
            && known.window == one.window.map(|window| window.0)
            && known.note == one.note
            && self.shows_the_same(known.artifact, one.artifact.as_ref())
    }

    pub(super) fn responses(&mut self, files: &Files) {
        const FILE: &str = "responses.yaml";
        let mut answered = BTreeSet::new();
        for entry in &files.responses {
            let (test, line) = (&entry.test.value, entry.test.line);
            if !self.catalog.tests.contains_key(test) {
                let near = hint(test.as_str(), self.catalog.tests.keys().map(|id| id.as_str()));
                self.fault(FILE, line, format!("there is no control test `{test}`{near}"));
                continue;
            }
            let key = (test.clone(), entry.occurrence.clone());
            let occurrence = &entry.occurrence;
            if !answered.insert(key.clone()) {
                let what = format!("`{occurrence}` of {test} is answered twice; keep the answer that counts");
                self.fault(FILE, line, what);
                continue;
            }
            if !self.programme.runs_of.contains_key(test) {
                let what = format!(
                    "{test} has not run; run it with `attestry test` before its exceptions are answered"
                );
                self.fault(FILE, line, what);
                continue;
            }
            let wanted = ExceptionResponded {
                test: test.clone(),
                occurrence: occurrence.clone(),
                response: entry.response,
                text: entry.text.clone(),
            };
            let last = self.programme.responses.get(&key).and_then(|known| known.last());
            if last.is_some_and(|last| last.value == wanted) {
                continue;
            }
            let words = match entry.response {
                ResponseKind::Explained => format!("explains the exception {occurrence} of {test}"),
                ResponseKind::Accepted => format!("accepts the exception {occurrence} of {test}"),
                ResponseKind::Corrected => format!("answers that {occurrence} of {test} was corrected"),
            };
            self.change(FILE, line, words, Command::RespondToException(wanted));
        }
    }
}
