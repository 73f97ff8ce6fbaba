//! Asking a witness to cosign the newest checkpoint.

use attestry_ledger::witness::{Request as Asked, parse_response};
use attestry_ledger::{SignedCheckpoint, VerifierKey, merkle};
use serde::Serialize;

use crate::collect::http::{Fetch, HttpError, Request, Response, Url, below};
use crate::{AppError, Workspace};

/// What a witness cosigned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cosigned {
    /// Events under the checkpoint.
    pub size: u64,
    /// The name of the witness.
    pub witness: String,
    /// When it says it cosigned, in seconds since 1970 UTC.
    pub cosigned_at: Option<u64>,
    /// Names of all who signed this checkpoint.
    pub signed_by: Vec<String>,
}

/// Publishes, asks the witness at an address to cosign the newest checkpoint, checks its signature and keeps it.
///
/// # Errors
/// When the witness cannot be reached, does not cosign, or answers with another's signature.
pub async fn cosign(
    workspace: &Workspace,
    fetch: &dyn Fetch,
    address: &Url,
    witness: &VerifierKey,
) -> Result<Cosigned, AppError> {
    let signed = workspace.publish().await?;
    let signed = signed.ok_or_else(|| AppError::Input("the ledger has no events yet".to_owned()))?;
    let size = signed.checkpoint().size();
    let kept = workspace.app().store.list_cosigned(workspace.id()).await?;
    let by = |one: &&SignedCheckpoint| one.signature_by(witness).is_ok();
    let old = kept.iter().filter(by).map(|one| one.checkpoint().size()).max().unwrap_or(0);
    let mut answer = ask(workspace, fetch, address, &signed, old.min(size)).await?;
    if let (409, Some(seen)) = (answer.status, latest(&answer)) {
        if seen > size {
            return Err(AppError::Input(format!(
                "the witness cosigned {seen} events of this log, it has {size}: an old copy was put back"
            )));
        }
        if seen != old {
            answer = ask(workspace, fetch, address, &signed, seen).await?;
        }
    }
    if answer.status == 409 {
        return Err(AppError::Input(
            "the witness cosigned another history of this log; keep its checkpoint and yours, together they prove it"
                .to_owned(),
        ));
    }
    if answer.status != 200 {
        return Err(unkind(&answer.refusal()));
    }
    let unreadable = |error: attestry_ledger::NoteError| {
        AppError::Input(format!("{} gave no cosignature: {error}", answer.place))
    };
    let given = parse_response(&answer.body).map_err(unreadable)?;
    let signature = given.into_iter().find(|one| one.is_by(witness)).ok_or_else(|| {
        AppError::Input(format!("{} did not sign with the key of `{}`", answer.place, witness.name()))
    })?;
    let store = &workspace.app().store;
    let whole =
        store.add_cosignature(workspace.id(), &workspace.log_key(), &signed, signature, witness).await?;
    let verified = whole.signature_by(witness).map_err(|error| AppError::Input(error.to_string()))?;
    Ok(Cosigned {
        size,
        witness: witness.name().to_owned(),
        cosigned_at: verified.cosigned_at,
        signed_by: whole.note().signatures().iter().map(|one| one.name().to_owned()).collect(),
    })
}

async fn ask(
    workspace: &Workspace,
    fetch: &dyn Fetch,
    address: &Url,
    signed: &SignedCheckpoint,
    old_size: u64,
) -> Result<Response, AppError> {
    let (tiles, size) = (workspace.tiles(), signed.checkpoint().size());
    let prove = move || match old_size {
        0 => Ok(Vec::new()),
        old => merkle::consistency_proof(&tiles, old, size)
            .map_err(|error| AppError::Catalog(format!("the tiles: {error}"))),
    };
    let proof = tokio::task::spawn_blocking(prove).await.map_err(|_| AppError::Stopping)??;
    let body = Asked { old_size, proof, checkpoint: signed.clone() }.to_string();
    let request = Request::post(below(address, &["add-checkpoint"]), "text/plain; charset=utf-8", body);
    fetch.fetch(&request.limit(64 * 1024)).await.map_err(|error| unkind(&error))
}

/// The size that the witness cosigned last, as a refusal says it.
fn latest(answer: &Response) -> Option<u64> {
    std::str::from_utf8(&answer.body).ok()?.trim_end().parse().ok()
}

fn unkind(error: &HttpError) -> AppError {
    AppError::Input(format!("the witness does not cosign: {error}"))
}
