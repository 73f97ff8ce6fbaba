//! Who wrote, who reviewed.

use super::*;

#[test]
fn plain_commits_are_changes_of_their_authors_oldest_first() {
    let mut work = Work::new();
    let first = work.commit(ADA, ADA, "First");
    let second = work.commit("Ada <ADA@example.com>", BEN, "Second\n\nbody");
    let collection = work.collect();
    let changes = &collection.changes;
    assert_eq!(texts(changes, "commit"), [first.clone(), second.clone()]);
    assert_eq!(texts(changes, "change_id"), [format!("acme/api@{first}"), format!("acme/api@{second}")]);
    assert_eq!(texts(changes, "title"), ["First", "Second"]);
    assert_eq!(texts(changes, "author_key"), [key(ADA), key(ADA)]);
    assert_eq!(key(ADA), "b5fc85e55755f9e0".to_owned());
    assert_eq!(texts(changes, "committer"), [ADA, BEN]);
    assert_eq!(changes.value(0, "merged_at"), Value::Timestamp(1_778_572_860_000_000));
    assert_eq!(changes.value(0, "is_merge"), Value::Boolean(false));
    assert!(collection.reviews.is_empty(), "a committer alone is no reviewer");
    assert_eq!((collection.head, collection.branch.as_str(), collection.commits), (second, "main", 2));
    assert_eq!(collection.repository, "acme/api");
    assert!(collection.complete && !collection.query.contains("secret"));
}

#[test]
fn trailers_name_reviewers_and_nobody_approves_their_own_work() {
    let mut work = Work::new();
    let message = "Fix\n\nWhy.\n\nReviewed-by: Ben <ben@EXAMPLE.com>\nacked-by: Cleo <cleo@example.com>\n\
        Approved-by: Ada A. <ada@example.com>\nCo-authored-by: Dan <dan@example.com>\nReviewed-by: Dan <dan@home.example>\n\
        Reviewed-by: renovate[bot] <bot@example.com>\nReviewed-by: nobody";
    let commit = work.commit(ADA, ADA, message);
    let in_text = work.commit(ADA, ADA, "Talk\n\nReviewed-by: Ben <ben@example.com>\n\nis what one writes.");
    let collection = work.collect();
    assert_eq!(
        reviews(&collection, &commit),
        [
            review("Ben <ben@EXAMPLE.com>", "approved", "trailer"),
            review(CLEO, "approved", "trailer"),
            review("Ada A. <ada@example.com>", "commented", "trailer"),
            review("Dan <dan@home.example>", "commented", "trailer"),
        ]
    );
    assert_eq!(collection.reviews.value(0, "reviewer_key"), Value::Text(key(BEN)));
    assert_eq!(collection.reviews.value(0, "reviewed_at"), collection.changes.value(0, "merged_at"));
    assert!(reviews(&collection, &in_text).is_empty());
}

#[test]
fn a_merge_is_the_work_of_whoever_wrote_the_branch_and_a_word_of_whoever_merged_it() {
    let mut work = Work::new();
    work.commit(ADA, ADA, "Root");
    work.switch(&["-b", "feature"]);
    work.commit(ADA, ADA, "Part one");
    work.commit(BEN, BEN, "Part two");
    work.switch(&["main"]);
    work.commit(CLEO, CLEO, "Meanwhile");
    work.switch(&["feature"]);
    work.merge("main", CLEO, CLEO, "Merge main into feature");
    work.switch(&["main"]);
    work.commit(CLEO, CLEO, "Meanwhile again");
    let merge = work.merge(
        "feature",
        "Dan <dan@example.com>",
        HUB,
        "Merge pull request #7 from acme/feature\n\nAdd a feature",
    );
    let collection = work.collect();
    let changes = &collection.changes;
    assert_eq!(texts(changes, "title"), ["Root", "Meanwhile", "Meanwhile again", "Add a feature"]);
    assert_eq!(changes.value(3, "author_key"), Value::Text(key(BEN)));
    assert_eq!(changes.value(3, "is_merge"), Value::Boolean(true));
    assert_eq!(reviews(&collection, &merge), [review("Dan <dan@example.com>", "approved", "merge_message")]);
    assert_eq!(collection.commits, 4);
}

#[test]
fn merging_ones_own_branch_is_no_review() {
    for merger in [ADA, "ada <other@example.com>", "Ben B. <ben@example.com>", HUB] {
        let mut work = Work::new();
        work.commit(CLEO, CLEO, "Root");
        work.switch(&["-b", "feature"]);
        work.commit(BEN, BEN, "Part");
        work.commit(ADA, ADA, "Rest");
        work.switch(&["main"]);
        let merge = work.merge("feature", merger, merger, "Merge branch 'feature'");
        assert_eq!(reviews(&work.collect(), &merge), [], "{merger}");
    }
}

#[test]
fn a_reviewer_of_every_commit_reviewed_the_branch_and_of_some_did_not() {
    let mut work = Work::new();
    work.commit(ADA, ADA, "Root");
    work.switch(&["-b", "feature"]);
    work.commit(ADA, ADA, "One\n\nReviewed-by: Ben <ben@example.com>\nReviewed-by: Cleo <cleo@example.com>");
    work.commit(ADA, ADA, "Two\n\nReviewed-by: Cleo <cleo@example.com>");
    work.switch(&["main"]);
    let merge = work.merge("feature", ADA, ADA, "Merge branch 'feature'");
    assert_eq!(reviews(&work.collect(), &merge), [review(CLEO, "approved", "trailer")]);
}

#[test]
fn reviewed_on_makes_the_committer_a_second_person_once() {
    let mut work = Work::new();
    let alone = work.commit(ADA, BEN, "One\n\nReviewed-on: https://review.example.com/1");
    let named = work.commit(
        ADA,
        BEN,
        "Two\n\nReviewed-on: https://review.example.com/2\nReviewed-by: Ben <ben@example.com>",
    );
    let own = work.commit(ADA, ADA, "Three\n\nReviewed-on: https://review.example.com/3");
    let collection = work.collect();
    assert_eq!(reviews(&collection, &alone), [review(BEN, "approved", "merge_message")]);
    assert_eq!(reviews(&collection, &named), [review("Ben <ben@example.com>", "approved", "trailer")]);
    assert_eq!(reviews(&collection, &own), []);
}

#[test]
fn services_are_told_from_people() {
    let is_service = |person: &str| Person::parse(person).unwrap().is_service();
    for service in [
        HUB,
        "Gopher Robot <gobot@golang.example>",
        "renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>",
        "CI <release-bot@example.com>",
    ] {
        assert!(is_service(service), "{service}");
    }
    for person in [ADA, "Fox Talbot <talbot@example.com>", "Ada <17+ada@users.noreply.github.com>"] {
        assert!(!is_service(person), "{person}");
    }
}

#[test]
fn a_signature_is_noted_as_present() {
    let mut work = Work::new();
    let plain = work.commit(ADA, ADA, "Plain");
    let object = work.git(&["cat-file", "commit", &plain], &[]);
    let (head, message) = object.split_once("\n\n").unwrap();
    let signed = format!(
        "{head}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n abcd\n -----END PGP SIGNATURE-----\n\n{message}\n"
    );
    std::fs::write(work.path().join("signed"), signed.replace("Plain", "Signed")).unwrap();
    let id = work.git(&["hash-object", "-t", "commit", "-w", "signed"], &[]);
    work.git(&["update-ref", "refs/heads/signed", &id], &[]);
    let read = |branch: &str| {
        let options = GitOptions { branch: Some(branch.to_owned()), ..GitOptions::default() };
        collect(work.path(), options).unwrap().changes.value(0, "signature_present")
    };
    assert_eq!((read("main"), read("signed")), (Value::Boolean(false), Value::Boolean(true)));
}

#[test]
fn the_tables_have_the_columns_of_their_streams() {
    let mut work = Work::new();
    work.commit(ADA, ADA, "One\n\nReviewed-by: Ben <ben@example.com>");
    let collection = work.collect();
    for (table, stream) in [(collection.changes, "change"), (collection.reviews, "review")] {
        let path = format!("{}/../../catalogs/streams/{stream}.yaml", env!("CARGO_MANIFEST_DIR"));
        let declared: serde_json::Value =
            serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let columns = declared["columns"].as_array().unwrap();
        let names: Vec<_> =
            columns.iter().map(|column| (column["name"].clone(), column["type"].clone())).collect();
        let made: Vec<_> = table
            .fields()
            .iter()
            .map(|field| (field.name.as_str().into(), serde_json::to_value(field.kind).unwrap()))
            .collect();
        for column in &made {
            assert!(names.contains(column), "{stream}: {column:?}");
        }
    }
}
