//! Agreement with values computed by Fairlearn 0.15, statsmodels and SciPy on UCI Adult and on the vectors of the
//! Fairlearn user guide: to 1e-9 relative, down to the smallest p-value.

use std::collections::BTreeMap;
use std::path::PathBuf;

use attestry_stats::fairness::{Cell, GroupTable, each_and_intersection, group_tables};
use attestry_stats::interval::{Z95, katz_log_ratio_error, katz_ratio};
use attestry_stats::significance::{fisher_exact, pooled_z};
use serde_json::Value;

/// Keys of a group in the reference that the tables give.
const OF_A_GROUP: [&str; 17] = [
    "n",
    "tp",
    "fp",
    "fn",
    "tn",
    "selection_rate",
    "base_rate",
    "accuracy",
    "tpr",
    "fpr",
    "fnr",
    "tnr",
    "ppv",
    "npv",
    "fdr",
    "for",
    "impact_ratio_vs_max",
];

fn data(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn golden(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(data(name)).unwrap()).unwrap()
}

/// Counts records given as group values, label and prediction.
fn count(records: impl Iterator<Item = (Vec<String>, bool, bool)>) -> Vec<Cell> {
    let mut counts: BTreeMap<(Vec<String>, bool, bool), u64> = BTreeMap::new();
    for record in records {
        *counts.entry(record).or_default() += 1;
    }
    let cell = |((groups, label, prediction), n): ((Vec<String>, bool, bool), u64)| Cell {
        groups: groups.into_iter().map(Some).collect(),
        label: Some(label),
        prediction: Some(prediction),
        n,
    };
    counts.into_iter().map(cell).collect()
}

/// Race, sex, label, prediction and score of every record.
fn adult_records() -> Vec<(Vec<String>, bool, bool, f64)> {
    let file = std::fs::File::open(data("adult.csv.gz")).unwrap();
    let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
    let header = reader.headers().unwrap().clone();
    let at = ["race", "sex", "y_true", "y_pred", "score"]
        .map(|name| header.iter().position(|column| column == name).unwrap());
    let records = reader.records().map(|record| {
        let record = record.unwrap();
        let [race, sex, label, prediction, score] = at.map(|column| record[column].to_owned());
        (vec![race, sex], label == "1", prediction == "1", score.parse().unwrap())
    });
    records.collect()
}

fn adult() -> Vec<Cell> {
    count(adult_records().into_iter().map(|(groups, label, prediction, _)| (groups, label, prediction)))
}

fn tiny(golden: &Value) -> Vec<Cell> {
    let column = |name: &str| golden["data"][name].as_array().unwrap();
    let groups = column("sf").iter().zip(column("g2"));
    let outcomes = column("y_true").iter().zip(column("y_pred"));
    count(groups.zip(outcomes).map(|((first, second), (label, prediction))| {
        let groups = vec![first.as_str().unwrap().to_owned(), second.as_str().unwrap().to_owned()];
        (groups, label == 1, prediction == 1)
    }))
}

fn assert_near(expected: &Value, found: &Value, what: &str) {
    match (expected.as_f64(), found.as_f64()) {
        (Some(expected), Some(found)) => {
            // Where the reference has underflowed to 0, ours may be the smaller number that it could not hold.
            let near = (expected - found).abs() <= (1e-9 * expected.abs()).max(1e-300);
            assert!(near, "{what}: {expected:e} is not {found:e}");
        }
        _ => assert!(expected.is_null() && found.is_null(), "{what}: {expected} is not {found}"),
    }
}

fn assert_pair(expected: &Value, found: &Value, what: &str) {
    assert_eq!((expected.as_array().unwrap().len(), found.as_array().map(Vec::len)), (2, Some(2)), "{what}");
    assert_near(&expected[0], &found[0], what);
    assert_near(&expected[1], &found[1], what);
}

/// Compares a table with the part of the reference for its attributes; gives the number of groups compared.
fn assert_agrees(golden: &Value, table: &GroupTable) -> usize {
    let reference = &golden["attributes"][table.attributes.join("|")];
    let groups = reference["groups"].as_object().unwrap();
    let found = serde_json::to_value(table).unwrap();
    assert_eq!(table.rows.len(), groups.len());
    for (at, (name, expected)) in groups.iter().enumerate() {
        let row = &found["rows"][at];
        let group: Vec<&str> = row["group"].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
        assert_eq!(&group.join("|"), name);
        for key in OF_A_GROUP {
            assert!(row.get(key).is_some(), "no {key}");
            assert_near(&expected[key], &row[key], &format!("{name} {key}"));
        }
        let interval = |row: &Value| row["selection_rate_ci95"]["wilson"].clone();
        assert_pair(&interval(expected), &interval(row), &format!("{name} wilson"));
    }
    let disparity = found["disparity"].as_object().unwrap();
    let fairlearn = reference["fairlearn"].as_object().unwrap();
    assert_eq!(disparity.keys().collect::<Vec<_>>(), fairlearn.keys().collect::<Vec<_>>());
    fairlearn.iter().for_each(|(key, expected)| assert_near(expected, &disparity[key], key));
    groups.len()
}

/// Compares ratio, Katz interval, pooled z and Fisher's p against the reference group that the file names.
fn assert_comparisons_agree(golden: &Value, table: &GroupTable) -> usize {
    let groups = golden["attributes"][table.attributes.join("|")]["groups"].as_object().unwrap();
    let selection = |name: &str| {
        let group: Vec<Option<String>> = name.split('|').map(|value| Some(value.to_owned())).collect();
        table.row(&group).unwrap().selection().unwrap()
    };
    let mut compared = 0;
    for (name, expected) in groups {
        let expected = &expected["vs_ref"];
        let (a, b) = (selection(name), selection(expected["ref"].as_str().unwrap()));
        assert_near(&expected["ratio"], &a.ratio_to(b).into(), name);
        if expected.get("z_pooled").is_none() {
            continue;
        }
        let (test, katz) = (pooled_z(a, b).unwrap(), katz_ratio(a, b, Z95));
        assert_near(&expected["z_pooled"], &test.z.into(), name);
        assert_near(&expected["p_z_two_sided"], &test.p.into(), name);
        assert_near(&expected["fisher_exact_p"], &fisher_exact(a, b).into(), name);
        assert_near(&expected["log_ratio_se_katz"], &katz_log_ratio_error(a, b).into(), name);
        assert_pair(&expected["ratio_ci95_katz"], &serde_json::to_value(katz).unwrap(), name);
        compared += 1;
    }
    compared
}

fn names(list: [&str; 2]) -> Vec<String> {
    list.map(str::to_owned).to_vec()
}

#[test]
fn adult_by_race_by_sex_and_by_both_agrees_with_the_reference() {
    let (golden, attributes) = (golden("fairness_adult.json"), names(["race", "sex"]));
    let tables = group_tables(&attributes, &adult(), &each_and_intersection(&attributes)).unwrap();
    let groups: Vec<usize> = tables.iter().map(|table| assert_agrees(&golden, table)).collect();
    assert_eq!(groups, [5, 2, 10]);
    let compared: Vec<usize> = tables.iter().map(|table| assert_comparisons_agree(&golden, table)).collect();
    assert_eq!(compared, [4, 1, 9]);
}

#[test]
fn adult_reproduces_the_published_figures() {
    let attributes = names(["race", "sex"]);
    let table = group_tables(&attributes, &adult(), &[vec!["sex".to_owned()]]).unwrap().remove(0);
    let published = &golden("fairness_adult.json")["published"];
    // Printed with truncation, so a figure is met from above and within its last digit.
    let met = |key: &str, found: Option<f64>| {
        let excess = found.unwrap() - published[key].as_f64().unwrap();
        assert!((-1e-12..1e-4).contains(&excess), "{key} off by {excess}");
    };
    met("accuracy", table.overall.accuracy);
    met("accuracy_female", table.rows[0].accuracy);
    met("accuracy_male", table.rows[1].accuracy);
    met("selection_rate", table.overall.selection_rate);
    met("selection_rate_female", table.rows[0].selection_rate);
    met("selection_rate_male", table.rows[1].selection_rate);
}

#[test]
fn the_fairlearn_vectors_agree_with_the_reference_even_where_a_rate_is_not_estimable() {
    let (golden, attributes) = (golden("fairness_tiny.json"), names(["sf", "g2"]));
    let subsets = [vec!["sf".to_owned()], attributes.clone()];
    let tables = group_tables(&attributes, &tiny(&golden), &subsets).unwrap();
    let groups: Vec<usize> = tables.iter().map(|table| assert_agrees(&golden, table)).collect();
    assert_eq!(groups, [3, 6]);
    let compared: Vec<usize> = tables.iter().map(|table| assert_comparisons_agree(&golden, table)).collect();
    assert_eq!(compared, [2, 5]);
}

#[test]
fn scores_above_the_median_give_the_scoring_rates_of_local_law_144() {
    let (golden, attributes) = (golden("fairness_adult.json"), names(["race", "sex"]));
    let records = adult_records();
    let mut scores: Vec<f64> = records.iter().map(|record| record.3).collect();
    scores.sort_by(f64::total_cmp);
    let median = f64::midpoint(scores[scores.len() / 2 - 1], scores[scores.len() / 2]);
    let cells = count(records.into_iter().map(|(groups, label, _, score)| (groups, label, score > median)));
    for table in group_tables(&attributes, &cells, &each_and_intersection(&attributes)).unwrap() {
        let groups = &golden["attributes"][table.attributes.join("|")]["ll144_scoring"]["groups"];
        assert_eq!(groups.as_object().unwrap().len(), table.rows.len());
        for row in &table.rows {
            let name = row.group.iter().flatten().cloned().collect::<Vec<_>>().join("|");
            let expected = &groups[&name];
            assert_eq!(
                (expected["n"].as_u64(), expected["above"].as_u64()),
                (Some(row.n), Some(row.selected))
            );
            assert_near(&expected["scoring_rate"], &row.selection_rate.into(), &name);
            assert_near(&expected["impact_ratio"], &row.impact_ratio_vs_max.into(), &name);
        }
    }
}
