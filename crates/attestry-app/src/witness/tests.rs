//! A log and its witness, with a witness that answers in a server's place.

use async_trait::async_trait;
use attestry_domain::command::{AddPerson, Command};
use attestry_domain::id::{Digest, PersonId};
use attestry_domain::time::Instant;
use attestry_ledger::package::{Options, SignatureKind, verify};

use super::*;
use crate::Workspace;
use crate::collect::http::{Fetch, HttpError, Request, Response, Url};
use crate::ingest::tests::place::Place;
use crate::package::{self, Wanted};

struct Then;

impl World for Then {
    fn now(&self) -> Instant {
        "2026-08-01T09:00:00Z".parse().unwrap()
    }

    fn randomise(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// The witness without a socket.
struct Near(Witness);

#[async_trait]
impl Fetch for Near {
    async fn fetch(&self, request: &Request) -> Result<Response, HttpError> {
        assert_eq!(request.address.path(), "/add-checkpoint");
        let answer = self.0.add_checkpoint(&request.body);
        let headers = vec![("content-type".to_owned(), answer.content_type.to_owned())];
        let place = "POST witness".to_owned();
        Ok(Response { status: answer.status, headers, body: answer.body.into_bytes(), attempts: 1, place })
    }
}

fn near(folder: &Path) -> Near {
    let key = read_key(&folder.join("w.key")).unwrap();
    Near(Witness::open(key, &folder.join("w.json"), Arc::new(Then)).unwrap())
}

fn url() -> Url {
    Url::parse("http://witness.example/").unwrap()
}

async fn another(workspace: &Workspace, place: &Place, name: &str) {
    let person = PersonId::new(workspace.app().ulid());
    let email = format!("{name}@acme.example");
    place
        .owner()
        .send(Command::AddPerson(AddPerson { person, name: name.into(), email, roles: vec![] }))
        .await
        .unwrap();
}

#[tokio::test]
async fn what_a_witness_cosigned_is_published_verified_and_packed_also_when_the_log_grew() {
    let (place, folder) = (Place::new().await, tempfile::tempdir().unwrap());
    let workspace = &place.workspace;
    let witness = make_key("auditor.example/w", &folder.path().join("w.key"), &Then).unwrap();
    let stranger = near(folder.path());
    let error = cosign(workspace, &stranger, &url(), &witness).await.unwrap_err();
    assert!(error.to_string().starts_with("the witness does not cosign"), "{error}");
    drop(stranger);
    assert!(trust(&folder.path().join("w.json"), workspace.log_key()).unwrap());
    assert!(!trust(&folder.path().join("w.json"), workspace.log_key()).unwrap());

    let first = cosign(workspace, &near(folder.path()), &url(), &witness).await.unwrap();
    assert_eq!(first.signed_by.len(), 2);
    assert_eq!(first.cosigned_at, Some(1_785_574_800));
    let published = workspace.publish().await.unwrap().unwrap();
    assert!(published.signature_by(&witness).is_ok());
    assert!(workspace.verify().await.unwrap().holds());

    another(workspace, &place, "sam").await;
    let second = cosign(workspace, &near(folder.path()), &url(), &witness).await.unwrap();
    assert!(second.size > first.size);
    let again = cosign(workspace, &near(folder.path()), &url(), &witness).await.unwrap();
    assert_eq!((again.size, again.signed_by.len()), (second.size, 2), "the same checkpoint, cosigned once");
    another(workspace, &place, "kim").await;

    let path = folder.path().join("audit.zip");
    let period = Some("2026-06-01..2026-08-01".parse().unwrap());
    let adopted = attestry_domain::event::FrameworkAdopted {
        framework: "soc2".parse().unwrap(),
        categories: vec!["security".to_owned()],
    };
    place.owner().send(Command::AdoptFramework(adopted)).await.unwrap();
    package::write(workspace, &Wanted { engagement: None, period }, &path).await.unwrap();
    let options = Options { log: Some(workspace.log_key()), witnesses: vec![witness], ..Options::default() };
    let report = verify(File::open(&path).unwrap(), options).unwrap();
    assert!(report.holds(), "{:#?}", report.faults);
    let seen = report.signatures.iter().filter(|one| one.kind == SignatureKind::Witness);
    let seen: Vec<u64> = seen.map(|one| one.size).collect();
    assert_eq!(seen, [first.size, second.size]);
    assert!(workspace.verify().await.unwrap().holds());
}

#[tokio::test]
async fn a_witness_that_lost_nothing_refuses_another_history_and_a_log_put_back() {
    let (place, folder) = (Place::new().await, tempfile::tempdir().unwrap());
    let workspace = &place.workspace;
    let witness = make_key("auditor.example/w", &folder.path().join("w.key"), &Then).unwrap();
    trust(&folder.path().join("w.json"), workspace.log_key()).unwrap();
    let published = workspace.publish().await.unwrap().unwrap();
    let size = published.checkpoint().size();
    let other = attestry_ledger::Checkpoint::new(
        published.checkpoint().origin(),
        size,
        attestry_ledger::Digest::of(b"another history"),
    );
    let forged = other.unwrap().sign(workspace.signer()).unwrap();
    let near = near(folder.path());
    let asked = witness::Request { old_size: 0, proof: Vec::new(), checkpoint: forged };
    assert_eq!(near.0.add_checkpoint(asked.to_string().as_bytes()).status, 200);
    let error = cosign(workspace, &near, &url(), &witness).await.unwrap_err();
    assert!(error.to_string().contains("another history"), "{error}");

    let ahead = attestry_ledger::Checkpoint::new(
        published.checkpoint().origin(),
        size + 5,
        attestry_ledger::Digest::of(b"later"),
    );
    let ahead = ahead.unwrap().sign(workspace.signer()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    make_key("auditor.example/w", &folder.path().join("w.key"), &Then).unwrap();
    trust(&folder.path().join("w.json"), workspace.log_key()).unwrap();
    let near = super::tests::near(folder.path());
    let asked = witness::Request { old_size: 0, proof: Vec::new(), checkpoint: ahead };
    assert_eq!(near.0.add_checkpoint(asked.to_string().as_bytes()).status, 200);
    let error = cosign(workspace, &near, &url(), &witness).await.unwrap_err();
    assert!(error.to_string().contains("an old copy was put back"), "{error}");
}

#[test]
fn a_key_is_private_never_overwritten_and_a_state_is_open_once() {
    let folder = tempfile::tempdir().unwrap();
    let (key, state) = (folder.path().join("w.key"), folder.path().join("w.json"));
    let made = make_key("auditor.example/w", &key, &Then).unwrap();
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(make_key("auditor.example/w", &key, &Then).unwrap_err().to_string().contains("is there already"));
    assert_eq!(read_key(&key).unwrap().verifier(), made);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(read_key(&key).err().unwrap().to_string().contains("others may read it"));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let open = Witness::open(read_key(&key).unwrap(), &state, Arc::new(Then)).unwrap();
    let log = SignerKey::from_seed("log", KeyKind::Ed25519, Digest::of(b"log").bytes()).unwrap().verifier();
    assert!(trust(&state, log.clone()).unwrap_err().to_string().contains("in use by another program"));
    assert_eq!(open.add_checkpoint(b"nonsense").status, 400);
    drop(open);
    assert!(trust(&state, log).unwrap());
}
