use std::os::unix::fs::PermissionsExt;

use attestry_store::StoreError;

use crate::place::{ORIGIN, Place, runtime};

#[test]
fn a_signing_key_is_kept_private_read_back_and_never_replaced() {
    runtime().block_on(async {
        let place = Place::sqlite();
        let store = place.open().await;
        assert!(store.lookup_signer(ORIGIN).await.unwrap().is_none());
        let key = store.add_signer(ORIGIN, [5; 32]).await.unwrap();
        let again = store.lookup_signer(ORIGIN).await.unwrap().unwrap();
        assert_eq!(again.verifier(), key.verifier());
        assert_eq!(store.lookup_verifier(ORIGIN).await.unwrap(), Some(key.verifier()));
        assert!(matches!(store.add_signer(ORIGIN, [6; 32]).await, Err(StoreError::KeyExists(_))));
        assert_eq!(store.lookup_signer(ORIGIN).await.unwrap().unwrap().verifier(), key.verifier());
        let folder = place.root.path().join("keys");
        let secret = folder.join("attestry.example%2Facme.key");
        assert_eq!(secret.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let public = std::fs::read_to_string(folder.join("attestry.example%2Facme.vkey")).unwrap();
        assert_eq!(public, format!("{}\n", key.verifier()));
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
    });
}

#[test]
fn a_key_that_others_may_read_or_that_is_of_another_log_is_refused() {
    runtime().block_on(async {
        let place = Place::sqlite();
        let store = place.open().await;
        store.add_signer(ORIGIN, [5; 32]).await.unwrap();
        let folder = place.root.path().join("keys");
        let secret = folder.join("attestry.example%2Facme.key");
        std::fs::copy(&secret, folder.join("other.key")).unwrap();
        let other = store.lookup_signer("other").await.unwrap_err();
        assert!(other.to_string().contains("it is of `attestry.example/acme`"), "{other}");
        std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(store.lookup_signer(ORIGIN).await, Err(StoreError::Key { .. })));
    });
}
