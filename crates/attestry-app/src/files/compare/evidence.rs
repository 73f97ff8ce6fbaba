//! Files that show something: which ones are stored already, and which are to be.

use std::collections::BTreeSet;

use attestry_domain::command::Command;
use attestry_domain::event::ArtifactStored;
use attestry_domain::id::{ArtifactId, ControlId, Digest};

use crate::files::compare::Comparison;
use crate::files::document::{At, Shown};
use crate::files::write::plain;
use crate::files::{Change, Object};

/// A file to be stored, with who names it first.
pub(super) struct Stored {
    artifact: ArtifactId,
    controls: BTreeSet<ControlId>,
    file: String,
    line: u64,
}

impl Comparison<'_> {
    /// Whether what is named is there; a fault otherwise. Files below the folder were looked for when it was read.
    pub(super) fn resolves(&mut self, file: &str, shown: Option<&At<Shown>>) -> bool {
        let Some(shown) = shown else { return true };
        let what = match &shown.value {
            Shown::Stored(id) if !self.programme.artifacts.contains_key(id) => {
                format!("no file `{id}` is stored; name one below the folder, such as evidence/NAME")
            }
            Shown::Contents(digest) if self.by_contents(digest).is_none() => {
                format!(
                    "no file of the contents `{}` is stored; name one below the folder, such as evidence/NAME",
                    digest.short()
                )
            }
            _ => return true,
        };
        self.fault(file, shown.line, what);
        false
    }

    fn by_contents(&self, digest: &Digest) -> Option<ArtifactId> {
        let mut known = self.programme.artifacts.iter();
        known.find(|(_, one)| one.value.object.digest == *digest).map(|(id, _)| *id)
    }

    /// Whether a stored file has the contents of what is named, or there is neither.
    pub(super) fn shows_the_same(&self, known: Option<ArtifactId>, shown: Option<&At<Shown>>) -> bool {
        let contents = |id: &ArtifactId| {
            let known = self.programme.artifacts.get(id);
            known.map(|known| known.value.object.digest)
        };
        let shown = shown.and_then(|shown| match &shown.value {
            Shown::Stored(id) => contents(id),
            Shown::Contents(digest) => Some(*digest),
            Shown::File(name) => self.evidence.get(name).map(|one| one.object.digest),
        });
        known.and_then(|id| contents(&id)) == shown
    }

    /// The stored file that is named, or one that is to be stored.
    pub(super) fn artifact(
        &mut self,
        file: &str,
        shown: Option<&At<Shown>>,
        control: Option<&ControlId>,
    ) -> Option<ArtifactId> {
        let shown = shown?;
        let name = match &shown.value {
            Shown::Stored(id) => return Some(*id),
            Shown::Contents(digest) => return self.by_contents(digest),
            Shown::File(name) => name,
        };
        let digest = self.evidence.get(name)?.object.digest;
        let called = plain(own_name(name));
        let mut known = self.programme.artifacts.iter();
        let known = known.find(|(_, one)| {
            one.value.object.digest == digest
                && plain(&one.value.name) == called
                && control.is_none_or(|control| one.value.controls.contains(control))
        });
        if let Some((id, _)) = known {
            return Some(*id);
        }
        let artifact = ArtifactId::new(self.app.ulid());
        let line = shown.line;
        let stored = self.stored.entry(name.clone()).or_insert_with(|| Stored {
            artifact,
            controls: BTreeSet::new(),
            file: file.to_owned(),
            line,
        });
        stored.controls.extend(control.cloned());
        Some(stored.artifact)
    }

    /// Puts the storing of files before everything that names them.
    pub(super) fn store(&mut self) {
        let mut changes = Vec::new();
        for (name, stored) in std::mem::take(&mut self.stored) {
            let Some(found) = self.evidence.get(&name) else { continue };
            let controls: Vec<ControlId> = stored.controls.into_iter().collect();
            let of: Vec<&str> = controls.iter().map(ControlId::as_str).collect();
            let of = if of.is_empty() { String::new() } else { format!(" as evidence of {}", of.join(", ")) };
            let command = Command::StoreArtifact(ArtifactStored {
                artifact: stored.artifact,
                object: found.object.clone(),
                name: own_name(&name).to_owned(),
                media_type: found.media_type.to_owned(),
                captured_on: None,
                covers: None,
                controls,
                requirements: Vec::new(),
            });
            let object = Some(Object::File(found.path.clone(), found.object.digest));
            let words = format!("stores {name}{of}");
            changes.push(Change { file: stored.file, line: stored.line, words, command, object });
        }
        changes.append(&mut self.changes);
        self.changes = changes;
    }
}

/// A file's name without folders, and without the id that it was written out with.
fn own_name(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.split_once('-') {
        Some((id, rest)) if !rest.is_empty() && id.parse::<ArtifactId>().is_ok() => rest,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_as_it_came_however_often_it_was_written_out() {
        assert_eq!(own_name("evidence/01ARZ3NDEKTSV4RRFFQ69G5FAV-review-of-may.pdf"), "review-of-may.pdf");
        assert_eq!(own_name("evidence/review-of-may.pdf"), "review-of-may.pdf");
        assert_eq!(own_name("review.pdf"), "review.pdf");
    }
}
