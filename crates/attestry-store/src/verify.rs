//! Verification of a live store: the ledger's verifier, fed from database and files, one page at a time.

mod published;

use attestry_domain::event::Payload;
use attestry_domain::id::{Digest, WorkspaceId};
use attestry_ledger::verify::Payload as LedgerPayload;
use attestry_ledger::verify::{Entry, Expected, Fault, Found, References, Report, Verifier};
use attestry_ledger::{Envelope, VerifierKey};

use crate::disk::{self, blocking};
use crate::events::{Stored, StoredPayload};
use crate::{Store, StoreError};

/// Events held in memory at once.
const PAGE: u32 = 512;

impl Store {
    /// Checks a whole workspace: every event against its commitment, every file of the log, root and signature, and every
    /// object that `referenced` says a payload names. What is wrong is in the report; nothing stops the check.
    ///
    /// # Errors
    /// If database or files cannot be read at all.
    pub async fn verify(
        &self,
        workspace: WorkspaceId,
        log: &VerifierKey,
        referenced: impl Fn(&Payload) -> Vec<Digest> + Send + Sync,
    ) -> Result<Report, StoreError> {
        self.verify_witnessed(workspace, log, &[], referenced).await
    }

    /// As [`Store::verify`], with the keys of witnesses whose cosignatures are checked. Every checkpoint that was
    /// cosigned and kept must be of this tree.
    ///
    /// # Errors
    /// As [`Store::verify`].
    pub async fn verify_witnessed(
        &self,
        workspace: WorkspaceId,
        log: &VerifierKey,
        witnesses: &[VerifierKey],
        referenced: impl Fn(&Payload) -> Vec<Digest> + Send + Sync,
    ) -> Result<Report, StoreError> {
        let mut beside = Vec::new();
        let head = self.head(workspace).await?;
        let mut published = self.look(workspace, log, &mut beside).await?;
        self.look_at_cosigned(workspace, log, &mut published, &mut beside).await?;
        let expected = Expected {
            workspace: workspace.to_string(),
            log: log.clone(),
            cosigners: witnesses.to_vec(),
            earlier: published.earlier,
        };
        let mut verifier = Verifier::new(expected, published.checkpoint.as_deref());
        verifier.tiles_present(published.tiles);
        let last = self.verify_events(workspace, &mut verifier, &referenced, &mut beside).await?;
        verifier.end_of_entries();
        self.show_tiles(workspace, &mut verifier).await?;
        self.show_objects(&mut verifier).await?;
        // Events and head move together, so the head of now is at least the last event of before.
        let head_after = self.head(workspace).await?;
        if head_after < last {
            beside.push(Fault::Head { head: head_after, events: last });
        }
        let mut report = verifier.finish();
        if last < head {
            report.faults.push(Fault::Gap { first: last + 1, last: head });
        }
        report.faults.append(&mut beside);
        Ok(report)
    }

    /// The checkpoints that were cosigned: each must be signed, and of this tree.
    async fn look_at_cosigned(
        &self,
        workspace: WorkspaceId,
        log: &VerifierKey,
        published: &mut published::Published,
        beside: &mut Vec<Fault>,
    ) -> Result<(), StoreError> {
        let kept = match self.list_cosigned(workspace).await {
            Err(StoreError::CheckpointDamaged { reason, .. }) => {
                beside.push(Fault::CheckpointUnreadable { reason });
                return Ok(());
            }
            kept => kept?,
        };
        for kept in kept {
            if let Err(error) = kept.verify(log) {
                let reason = format!("cosigned over {} events: {error}", kept.checkpoint().size());
                beside.push(Fault::CheckpointSignature { name: log.name().to_owned(), reason });
            } else if !published.earlier.contains(kept.checkpoint()) {
                published.earlier.push(kept.checkpoint().clone());
            }
        }
        Ok(())
    }

    async fn verify_events(
        &self,
        workspace: WorkspaceId,
        verifier: &mut Verifier,
        referenced: &(impl Fn(&Payload) -> Vec<Digest> + Send + Sync),
        beside: &mut Vec<Fault>,
    ) -> Result<u64, StoreError> {
        let name = workspace.to_string();
        let mut last = 0;
        loop {
            let rows = self.rows_after(workspace, last, PAGE).await?;
            let Some((newest, _)) = rows.last() else { return Ok(last) };
            last = *newest;
            for (sequence, row) in rows {
                match entry(&name, row) {
                    Ok((entry, hash)) => {
                        if entry.envelope.leaf_hash().as_bytes() != hash.bytes() {
                            let reason = "its envelope differs from the leaf hash stored with it".to_owned();
                            beside.push(Fault::Unreadable { sequence, reason });
                        }
                        verifier
                            .entry(&entry, |envelope, bytes| Ok(named(envelope, bytes, referenced, beside)));
                    }
                    Err(reason) => verifier.unreadable(sequence, &reason),
                }
                self.show_tiles(workspace, verifier).await?;
            }
        }
    }

    async fn show_tiles(&self, workspace: WorkspaceId, verifier: &mut Verifier) -> Result<(), StoreError> {
        while let Some(tile) = verifier.next_tile() {
            let path = self.tiles(workspace).path(&tile);
            let bytes = blocking(move || disk::read(&path)).await?;
            verifier.tile(bytes.as_deref());
        }
        Ok(())
    }

    async fn show_objects(&self, verifier: &mut Verifier) -> Result<(), StoreError> {
        while let Some(digest) = verifier.next_object() {
            let measured = self.objects.measure(Digest::new(*digest.as_bytes())).await?;
            verifier.object(match measured {
                Some(found) => Found::Bytes(attestry_ledger::Digest::from_bytes(*found.bytes())),
                None => Found::Missing,
            });
        }
        Ok(())
    }
}

fn entry(workspace: &str, row: Result<Stored, StoreError>) -> Result<(Entry, Digest), String> {
    let row = row.map_err(|error| error.to_string())?;
    let (envelope, hash) = (row.envelope(workspace)?, row.leaf_hash);
    let payload = match row.into_payload() {
        Some(StoredPayload { salt, bytes }) => LedgerPayload::Present { salt, bytes },
        None => LedgerPayload::Erased,
    };
    Ok((Entry { envelope, payload }, hash))
}

/// What a payload names; one that this program cannot decode is a fault, for it may name objects that nobody checks.
fn named(
    envelope: &Envelope,
    bytes: &[u8],
    referenced: &impl Fn(&Payload) -> Vec<Digest>,
    beside: &mut Vec<Fault>,
) -> References {
    let version = u16::try_from(envelope.version()).unwrap_or(u16::MAX);
    match Payload::decode(envelope.kind(), version, bytes) {
        Ok(payload) => {
            let objects = referenced(&payload).into_iter();
            let objects =
                objects.map(|digest| attestry_ledger::Digest::from_bytes(*digest.bytes())).collect();
            References { objects, ..References::default() }
        }
        Err(error) => {
            beside.push(Fault::Unreadable { sequence: envelope.sequence(), reason: error.to_string() });
            References::default()
        }
    }
}
