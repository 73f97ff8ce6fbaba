//! The part of the verifier that looks after objects and erasures.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Fault, Found, References, report::Findings};
use crate::Digest;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Objects {
    /// Objects to see, with the last event that names them.
    named: BTreeMap<Digest, u64>,
    /// Objects recorded as erased, with the last event that says so.
    erased_objects: BTreeMap<Digest, u64>,
    /// Events recorded as erased.
    erased_events: BTreeSet<u64>,
    /// Events whose payload is gone.
    gone: BTreeSet<u64>,
    /// Objects that were rightly erased.
    rightly_gone: u64,
}

impl Objects {
    pub(super) fn erased(&mut self, sequence: u64) {
        self.gone.insert(sequence);
    }

    pub(super) fn named(&mut self, sequence: u64, references: &References) {
        self.named.extend(references.objects.iter().map(|digest| (*digest, sequence)));
        self.erased_objects.extend(references.erased_objects.iter().map(|digest| (*digest, sequence)));
        self.erased_events.extend(&references.erased_events);
    }

    pub(super) fn end(&mut self, events: u64, findings: &mut Findings) {
        for sequence in self.gone.difference(&self.erased_events) {
            findings.fault(Fault::PayloadGone { sequence: *sequence });
        }
        let there = self.erased_events.difference(&self.gone).filter(|sequence| **sequence <= events);
        for sequence in there {
            findings.fault(Fault::PayloadNotErased { sequence: *sequence });
        }
        findings.erasures += self.gone.union(&self.erased_events).count() as u64;
        if !self.gone.is_empty() {
            findings.unchecked(format!(
                "payloads of {} events: erased, their leaves are still proven",
                self.gone.len()
            ));
        }
        // An erased object is looked for too: it must be gone.
        for (digest, sequence) in &self.erased_objects {
            self.named.entry(*digest).or_insert(*sequence);
        }
    }

    pub(super) fn next(&self) -> Option<Digest> {
        self.named.first_key_value().map(|(digest, _)| *digest)
    }

    pub(super) fn found(&mut self, found: Found, findings: &mut Findings) {
        let Some((digest, sequence)) = self.named.pop_first() else { return };
        // Named again after its erasure, it was added anew and must be there.
        let erased_by = self.erased_objects.get(&digest).copied().filter(|erased| *erased >= sequence);
        match (found, erased_by) {
            (Found::Missing, Some(_)) => {
                findings.erasures += 1;
                self.rightly_gone += 1;
            }
            (Found::Bytes(_), Some(sequence)) => {
                findings.erasures += 1;
                findings.fault(Fault::ObjectNotErased { digest, sequence });
            }
            (found, None) => {
                findings.objects += 1;
                match found {
                    Found::Missing => findings.fault(Fault::ObjectMissing { digest, sequence }),
                    Found::Bytes(bytes) if bytes != digest => {
                        findings.fault(Fault::ObjectDiffers { digest, found: bytes, sequence });
                    }
                    Found::Bytes(_) => {}
                }
            }
        }
    }

    pub(super) fn finish(&mut self, findings: &mut Findings) {
        if self.rightly_gone > 0 {
            findings.unchecked(format!("{} objects: erased", self.rightly_gone));
        }
        if !self.named.is_empty() {
            findings.unchecked(format!("{} objects: not shown to the verifier", self.named.len()));
        }
    }
}
