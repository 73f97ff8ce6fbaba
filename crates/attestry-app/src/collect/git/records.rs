//! Changes as records of streams `change` and `review`.

use attestry_stats::{Column, Table, TableError};

use super::history::Change;

/// The records of stream `change`.
pub(super) fn changes(repository: &str, changes: &[Change]) -> Result<Table, TableError> {
    let text =
        |read: &dyn Fn(&Change) -> String| Column::Text(changes.iter().map(|one| Some(read(one))).collect());
    let truth =
        |read: fn(&Change) -> bool| Column::Boolean(changes.iter().map(|one| Some(read(one))).collect());
    let merged_at = changes.iter().map(|change| Some(change.merged_at)).collect();
    let titles = changes.iter().map(|change| Some(change.title.clone()).filter(|title| !title.is_empty()));
    named(vec![
        ("change_id", text(&|change| change_id(repository, change))),
        ("repository", text(&|_| repository.to_owned())),
        ("commit", text(&|change| change.commit.to_string())),
        ("merged_at", Column::Timestamp(merged_at)),
        ("title", Column::Text(titles.collect())),
        ("author_key", text(&|change| change.author.key())),
        ("author", text(&|change| change.author.shown())),
        ("committer", text(&|change| change.committer.shown())),
        ("is_merge", truth(|change| change.is_merge)),
        ("signature_present", truth(|change| change.is_signed)),
    ])
}

/// The records of stream `review`.
pub(super) fn reviews(repository: &str, changes: &[Change]) -> Result<Table, TableError> {
    let all: Vec<_> =
        changes.iter().flat_map(|one| one.reviews.iter().map(move |review| (one, review))).collect();
    let text = |cells: Vec<String>| Column::Text(cells.into_iter().map(Some).collect());
    let change_ids = || all.iter().map(|(change, _)| change_id(repository, change));
    let keys = || all.iter().map(|(_, review)| review.reviewer.key());
    named(vec![
        (
            "review_id",
            text(change_ids().zip(keys()).map(|(change, key)| format!("{change}/{key}")).collect()),
        ),
        ("change_id", text(change_ids().collect())),
        ("repository", text(all.iter().map(|_| repository.to_owned()).collect())),
        ("reviewed_at", Column::Timestamp(all.iter().map(|(change, _)| Some(change.merged_at)).collect())),
        ("reviewer_key", text(keys().collect())),
        ("reviewer", text(all.iter().map(|(_, review)| review.reviewer.shown()).collect())),
        ("verdict", text(all.iter().map(|(_, review)| review.verdict.to_owned()).collect())),
        ("basis", text(all.iter().map(|(_, review)| review.basis.to_owned()).collect())),
    ])
}

fn change_id(repository: &str, change: &Change) -> String {
    format!("{repository}@{}", change.commit)
}

fn named(columns: Vec<(&str, Column)>) -> Result<Table, TableError> {
    Table::new(columns.into_iter().map(|(name, column)| (name.to_owned(), column)).collect())
}
