//! Provenance that GitHub's runners made.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::super::{Out, in_toto, person_key, sigstore};
use super::{SHA, columns, read};

const GENERIC: &str = include_str!("../../../../../tests/foreign/in_toto/generic-v1.2.1.intoto.jsonl");
const CONTAINER: &str = include_str!("../../../../../tests/foreign/in_toto/container-v1.10.0.build.slsa");
#[test]
fn real_provenance_in_an_envelope_becomes_a_build() {
    let item = serde_json::from_str(GENERIC).unwrap();
    assert!(in_toto::recognises(&item) && !sigstore::recognises(&item));
    let out = read(&item);
    let [found] = out.found.as_slice() else { panic!("{out:?}") };
    let digest = "sha256:ec8ff1bb40da2a36e3e9113dd7a5dd452c5125f7013e849519c0754b3c9fda89";
    assert_eq!(
        columns(found),
        json!({
            "artifact_digest": digest,
            "artifact_name": "binary-linux-amd64-workflow_dispatch",
            "basis": "provenance",
            "build_id": format!("slsa-framework/example-package/actions/runs/3277253319/attempts/1@{digest}"),
            "builder": "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml@refs/tags/v1.2.1",
            "built_at": "2022-10-18T22:10:36Z",
            "invocation": "3277253319-1",
            "kind": "build",
            "name": ".github/workflows/verifier-e2e.generic.workflow_dispatch.main.all.slsa3.yml",
            "repository": "slsa-framework/example-package",
            "requester_key": person_key("ianlewis"),
            "signature_detail": "signature holds; certificate not checked: no trusted root was given",
            "signature_result": "untrusted",
            "signer": "https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml@refs/tags/v1.2.1",
            "signer_issuer": "https://token.actions.githubusercontent.com",
            "source_commit": "02b5d0f71cdd13f5b3e8f30fb7a5c35acccc1051",
            "source_ref": "refs/tags/v4.5",
            "time_basis": "signed",
        })
    );
}

#[test]
fn real_provenance_in_a_bundle_becomes_a_build() {
    let item = serde_json::from_str(CONTAINER).unwrap();
    assert!(sigstore::recognises(&item) && !in_toto::recognises(&item));
    let mut out = Out::default();
    out.begin();
    sigstore::item(&item, &mut out);
    let [found] = out.found.as_slice() else { panic!("{out:?}") };
    let columns = columns(found);
    assert_eq!(columns["time_basis"], "logged");
    assert_eq!(columns["signature_result"], "untrusted");
    assert_eq!(columns["source_commit"], "d37a7f740ee7404914456f24dcd90e865a0509e8");
    assert_eq!(columns["source_ref"], "refs/tags/v13.0.30");
    let run = "slsa-framework/example-package/actions/runs/8373487125/attempts/1";
    assert_eq!(columns["build_id"], format!("{run}@sha256:{SHA}"));
    assert_eq!(columns["invocation"], format!("https://github.com/{run}"));
}

#[test]
fn a_real_envelope_with_a_changed_payload_is_kept_as_invalid() {
    let mut item: Value = serde_json::from_str(GENERIC).unwrap();
    let payload = STANDARD.decode(item["payload"].as_str().unwrap()).unwrap();
    let changed = String::from_utf8(payload).unwrap().replace("refs/tags/v4.5", "refs/tags/v4.6");
    item["payload"] = json!(STANDARD.encode(changed));
    let out = read(&item);
    let columns = columns(&out.found[0]);
    assert_eq!(columns["signature_result"], "invalid");
    assert_eq!(columns["source_ref"], "refs/tags/v4.6");
    assert_eq!(
        columns["signature_detail"].as_str().unwrap().split(';').next().unwrap(),
        "signature does not hold: it does not fit the key and what was signed"
    );
}
