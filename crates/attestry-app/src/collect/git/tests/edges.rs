//! Periods, branches, broken and shallow repositories.

use super::*;

fn five() -> (Work, Vec<String>) {
    let mut work = Work::new();
    let commits = (1..=5).map(|number| work.commit(ADA, ADA, &format!("{number}"))).collect();
    (work, commits)
}

#[test]
fn a_period_includes_its_first_instant_and_not_its_last() {
    let (work, commits) = five();
    let at = |text: &str| Some(text.parse().unwrap());
    let options =
        GitOptions { since: at("2026-05-12T08:02:00Z"), until: at("2026-05-12T08:04:00Z"), branch: None };
    let collection = collect(work.path(), options).unwrap();
    assert_eq!(texts(&collection.changes, "commit"), commits[1..3]);
    assert_eq!((collection.commits, collection.complete), (5, true));
    assert!(collection.query.contains("from 2026-05-12T08:02:00Z until before 2026-05-12T08:04:00Z"));
}

#[test]
fn branches_are_found_and_an_unknown_one_is_refused_with_the_nearest() {
    let (work, commits) = five();
    work.git(&["update-ref", "refs/heads/release", &commits[2]], &[]);
    work.git(&["update-ref", "refs/remotes/origin/main", &commits[0]], &[]);
    let read = |branch: &str| {
        collect(work.path(), GitOptions { branch: Some(branch.to_owned()), ..GitOptions::default() })
    };
    assert_eq!(read("release").unwrap().head, commits[2]);
    assert_eq!(read("origin/main").unwrap().head, commits[0]);
    let error = read("relaese").unwrap_err().to_string();
    assert!(error.ends_with("has no branch `relaese`; the nearest is `release`"), "{error}");
    assert!(matches!(read("../../HEAD").unwrap_err(), CollectError::UnknownBranch { .. }));
}

#[test]
fn a_detached_head_is_read_under_the_name_head() {
    let (work, commits) = five();
    work.switch(&[&commits[1]]);
    let collection = work.collect();
    assert_eq!((collection.branch.as_str(), collection.head), ("HEAD", commits[1].clone()));
}

#[test]
fn no_repository_and_no_commits_are_refused() {
    let folder = TempDir::new().unwrap();
    let error = collect(folder.path(), GitOptions::default()).unwrap_err();
    assert!(matches!(error, CollectError::NotARepository { .. }));
    assert!(error.to_string().contains("is no git repository"), "{error}");
    let work = Work::new();
    assert!(matches!(collect(work.path(), GitOptions::default()).unwrap_err(), CollectError::Empty(_)));
}

#[test]
fn a_shallow_clone_is_read_as_far_as_it_goes_and_says_so() {
    let (work, commits) = five();
    let target = work.path().join("shallow");
    let source = format!("file://{}", work.path().display());
    work.git(&["clone", "-q", "--depth", "2", &source, target.to_str().unwrap()], &[]);
    let collection = collect(&target, GitOptions::default()).unwrap();
    assert!(!collection.complete);
    assert_eq!(texts(&collection.changes, "commit"), commits[3..]);
    assert_eq!(collection.repository, "shallow", "a local origin has no owner");
}

#[test]
fn a_merge_at_the_edge_of_a_shallow_clone_is_left_out() {
    let (mut work, _) = five();
    work.switch(&["-b", "feature"]);
    work.commit(BEN, BEN, "feature");
    work.switch(&["main"]);
    work.merge("feature", CLEO, CLEO, "Merge branch 'feature'");
    let last = work.commit(ADA, ADA, "last");
    let target = work.path().join("shallow");
    let source = format!("file://{}", work.path().display());
    work.git(&["clone", "-q", "--depth", "2", &source, target.to_str().unwrap()], &[]);
    let collection = collect(&target, GitOptions::default()).unwrap();
    assert!(!collection.complete);
    assert_eq!(texts(&collection.changes, "commit"), [last]);
    assert!(work.collect().complete);
}

#[test]
fn a_missing_commit_is_an_error() {
    let (work, commits) = five();
    let (folder, file) = commits[1].split_at(2);
    std::fs::remove_file(work.path().join(".git/objects").join(folder).join(file)).unwrap();
    let error = collect(work.path(), GitOptions::default()).unwrap_err();
    assert!(matches!(&error, CollectError::Commit { commit, .. } if *commit == commits[1]), "{error}");
}

#[test]
fn replacement_objects_do_not_rewrite_history() {
    let (work, commits) = five();
    work.git(&["replace", &commits[3], &commits[0]], &[]);
    let collection = work.collect();
    assert_eq!(texts(&collection.changes, "commit"), commits);
}

#[test]
fn a_repositorys_name_is_the_path_of_its_origin() {
    let (work, _) = five();
    for (address, name) in [
        ("git@example.com:acme/api.git", "acme/api"),
        ("ssh://git@example.com:22/acme/group/api", "acme/group/api"),
        ("https://user:token@example.com/acme/api/?x=1", "acme/api"),
    ] {
        work.git(&["remote", "set-url", "origin", address], &[]);
        assert_eq!(work.collect().repository, name);
    }
    work.git(&["remote", "remove", "origin"], &[]);
    let folder = work.path().file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(work.collect().repository, folder);
}
