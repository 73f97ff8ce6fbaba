//! `ai bias` on a real file, against reference values.

use serde_json::Value;

use crate::call::Home;

const ADULT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../attestry-stats/tests/data/adult.csv.gz");
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../attestry-stats/tests/data/fairness_adult.json");

fn near(found: &Value, wanted: &Value) -> bool {
    match (found.as_f64(), wanted.as_f64()) {
        (Some(found), Some(wanted)) => (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0),
        _ => found == wanted,
    }
}

#[test]
fn adult_by_sex_race_and_both_agrees_with_the_reference_values() {
    let golden: Value = serde_json::from_str(&std::fs::read_to_string(GOLDEN).unwrap()).unwrap();
    let args = ["ai", "bias", ADULT, "--label", "y_true", "--prediction", "y_pred", "--by", "race,sex"];
    let document = Home::empty().json(&args);
    let tables = document["report"]["tables"].as_array().unwrap();
    assert_eq!(tables.len(), 3);
    let mut rows = 0;
    for table in tables {
        let names = table["attributes"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
        let attribute = names.collect::<Vec<_>>().join("|");
        let wanted = golden["attributes"][&attribute]["groups"].as_object().unwrap();
        assert_eq!(table["rows"].as_array().unwrap().len(), wanted.len(), "{attribute}");
        for row in table["rows"].as_array().unwrap() {
            let values = row["group"].as_array().unwrap().iter().map(|value| value.as_str().unwrap());
            let group = values.collect::<Vec<_>>().join("|");
            let wanted = &wanted[&group];
            for name in ["n", "tp", "fp", "fn", "tn", "selection_rate", "fpr", "fnr", "impact_ratio_vs_max"] {
                assert!(
                    near(&row[name], &wanted[name]),
                    "{group} {name}: {} instead of {}",
                    row[name],
                    wanted[name]
                );
            }
            for end in [0, 1] {
                let (found, wanted) = (
                    &row["selection_rate_ci95"]["wilson"][end],
                    &wanted["selection_rate_ci95"]["wilson"][end],
                );
                assert!(near(found, wanted), "{group} Wilson {end}: {found} instead of {wanted}");
            }
            rows += 1;
        }
    }
    assert_eq!(rows, 17);
    assert_eq!(document["worst"]["verdict"], "below");
}

#[test]
fn a_column_that_is_not_there_is_refused_with_those_that_are() {
    let called = Home::empty().call(&["ai", "bias", ADULT, "--prediction", "predicted", "--by", "sex"]);
    assert_eq!(called.code, 2, "{}", called.err);
    assert!(called.err.contains("predicted") && called.err.contains("y_pred"), "{}", called.err);
}
