//! Packages of a small workspace, over a real store.

use std::fs::File;

use attestry_domain::catalog::Cadence;
use attestry_domain::command::Command;
use attestry_domain::event::control::{AttestationRecorded, ProcedureWritten};
use attestry_domain::event::{ArtifactStored, EngagementOpened, FrameworkAdopted};
use attestry_domain::id::{ArtifactId, AttestationId};
use attestry_ledger::package::{Options, Report, verify};

use super::*;
use crate::ingest::tests::place::{Place, change};

fn check(workspace: &Workspace, path: &Path) -> Report {
    let options = Options { log: Some(workspace.log_key()), ..Options::default() };
    verify(File::open(path).unwrap(), options).unwrap()
}

/// SOC 2 in scope, a procedure, one attestation with a file, and changes of June 2026.
async fn place() -> Place {
    let place = Place::new().await;
    let (owner, objects) = (place.owner(), place.workspace.app().store.objects().clone());
    let send = async |command| owner.send(command).await.unwrap();
    send(Command::AdoptFramework(FrameworkAdopted {
        framework: "soc2".parse().unwrap(),
        categories: vec!["security".to_owned()],
    }))
    .await;
    let text = objects.put(b"Two people review every change.\n").await.unwrap();
    send(Command::WriteProcedure(ProcedureWritten {
        control: "CHG-01".parse().unwrap(),
        text: text.digest,
        cadence: Cadence::PerEvent,
        grace_days: 0,
    }))
    .await;
    let artifact = ArtifactId::new(place.workspace.app().ulid());
    let name = "=minutes of June.txt".to_owned();
    send(Command::StoreArtifact(ArtifactStored {
        artifact,
        object: objects.put(b"<b>minutes</b>").await.unwrap(),
        name,
        media_type: "text/plain".to_owned(),
        captured_on: None,
        covers: None,
        controls: Vec::new(),
        requirements: Vec::new(),
    }))
    .await;
    send(Command::RecordAttestation(AttestationRecorded {
        attestation: AttestationId::new(place.workspace.app().ulid()),
        control: "CHG-01".parse().unwrap(),
        window: None,
        performed_on: "2026-07-31".parse().unwrap(),
        artifact: Some(artifact),
        note: "Reviewed.".to_owned(),
    }))
    .await;
    let lines: Vec<String> = (1..=3).map(|id| change(id, id)).collect();
    place.take("change", &place.root.file("changes.ndjson", &lines)).await.unwrap();
    place
}

fn june() -> Wanted {
    Wanted { engagement: None, period: Some("2026-06-01..2026-08-01".parse().unwrap()) }
}

#[tokio::test]
async fn a_package_of_a_workspace_holds_and_has_what_its_events_name() {
    let place = place().await;
    let path = place.root.path.join("audit.zip");
    let written = write(&place.workspace, &june(), &path).await.unwrap();
    let report = check(&place.workspace, &path);
    assert!(report.holds(), "{:#?}", report.faults);
    assert_eq!((report.events, report.size), (written.events, written.at));
    assert_eq!(written.events, place.workspace.newest().programme.sequence);
    assert_eq!((report.files, path.metadata().unwrap().len()), (written.files, written.bytes));
    // Catalog, procedure, file, segment, its personal side and its raw form.
    assert_eq!(written.objects, 6, "{written:#?}");
    // The digest of the input that the segment came from is of bytes that the raw form holds, split otherwise.
    let elsewhere: Vec<_> =
        report.unchecked.iter().filter(|what| what.contains("of nothing in this")).collect();
    assert!(elsewhere.len() == 1 && elsewhere[0].starts_with("1 digest in payloads"), "{elsewhere:?}");
}

#[tokio::test]
async fn the_same_events_give_the_same_bytes_and_a_file_that_is_there_stays() {
    let place = place().await;
    let [first, second] = ["1.zip", "2.zip"].map(|name| place.root.path.join(name));
    let one = write(&place.workspace, &june(), &first).await.unwrap();
    let other = write(&place.workspace, &june(), &second).await.unwrap();
    assert_eq!(one, other);
    assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap());
    let error = write(&place.workspace, &june(), &first).await.unwrap_err();
    assert!(error.to_string().contains("is there already") && error.is_callers(), "{error}");
    assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&second).unwrap());
}

#[tokio::test]
async fn records_of_other_days_stay_out_and_an_unknown_audit_is_refused() {
    let place = place().await;
    let path = place.root.path.join("may.zip");
    let may = Wanted { engagement: None, period: Some("2026-04-01..2026-05-01".parse().unwrap()) };
    let written = write(&place.workspace, &may, &path).await.unwrap();
    assert!(check(&place.workspace, &path).holds());
    assert_eq!(written.objects, 3, "catalog, procedure and file, but no records of June");
    let engagement = Some(EngagementId::new(place.workspace.app().ulid()));
    let path = place.root.path.join("none.zip");
    let error = write(&place.workspace, &Wanted { engagement, period: None }, &path).await.unwrap_err();
    assert!(error.to_string().starts_with("there is no audit"), "{error}");
    assert!(!path.exists());
}

#[tokio::test]
async fn an_audit_says_framework_and_period() {
    let place = place().await;
    let engagement = EngagementId::new(place.workspace.app().ulid());
    let opened = EngagementOpened {
        engagement,
        framework: "soc2".parse().unwrap(),
        examines: attestry_domain::event::EngagementKind::Type2 {
            period: "2026-05-01..2026-08-01".parse().unwrap(),
        },
        firm: "Lund & Partners".to_owned(),
    };
    place.owner().send(Command::OpenEngagement(opened)).await.unwrap();
    let path = place.root.path.join("audit.zip");
    let wanted = Wanted { engagement: Some(engagement), period: None };
    let written = write(&place.workspace, &wanted, &path).await.unwrap();
    assert_eq!(written.title, "Acme: SOC 2 Type 2 by Lund & Partners, 1 May 2026 – 31 Jul 2026");
    assert!(check(&place.workspace, &path).holds());
    assert_eq!(written.objects, 6);
}

#[tokio::test]
async fn an_object_that_is_gone_stops_the_package_and_nothing_is_left() {
    let place = place().await;
    let objects = place.workspace.app().store.objects().clone();
    std::fs::remove_file(objects.path(Digest::of(b"<b>minutes</b>"))).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let error = write(&place.workspace, &june(), &folder.path().join("a.zip")).await.unwrap_err();
    assert!(error.to_string().starts_with("there is no object"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A kind of event that nobody decided about would be left out without a word.
#[test]
fn every_kind_of_event_that_is_written_is_managements() {
    assert!(scope::MANAGEMENTS.is_sorted());
    let others: Vec<&str> =
        Payload::KINDS.iter().map(|(kind, _)| *kind).filter(|kind| !scope::is_managements(kind)).collect();
    assert_eq!(others, [""; 0], "decide in `scope` whether these are management's or an auditor's");
}
