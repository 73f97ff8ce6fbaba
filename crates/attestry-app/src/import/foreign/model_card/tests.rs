use serde_json::{Value, json};

use super::super::{Fields, Out};
use super::{document, recognises};

fn read(card: &str) -> Out {
    let mut out = Out::default();
    document(card.as_bytes(), &mut out).unwrap();
    out
}

fn of<'o>(out: &'o Out, stream: &str) -> Vec<&'o Fields> {
    out.found.iter().filter(|found| found.stream == stream).map(|found| &found.fields).collect()
}

fn get(fields: &Fields, column: &str) -> Value {
    fields.get(column).cloned().unwrap_or_default()
}

/// Intended use, limitations, training data, evaluation, contact.
fn stated(card: &str) -> [bool; 5] {
    let out = read(card);
    let model = of(&out, "model_version")[0];
    ["intended_use", "limitations", "training_data", "evaluation", "contact"]
        .map(|part| get(model, &format!("states_{part}")).as_bool().unwrap())
}

const WHISPER: &str = include_str!("../../../../tests/foreign/model_card/whisper.md");
const CLIP: &str = include_str!("../../../../tests/foreign/model_card/clip.md");

const CARD: &str = "---
license: other
license_name: house-2
version: 1.10
pipeline_tag: text-classification
base_model: [bert-base, bert-large]
datasets:
- beans
- peas
model-index:
- name: my-cool-model
  results:
  - task: { type: image-classification }
    dataset: { type: beans, name: Beans, config: default, split: test }
    metrics:
    - { type: accuracy, name: Accuracy, value: 0.90, verified: true }
    - { type: f1, name: F1 of spam, value: n/a, config: macro }
  - task: { type: image-classification }
    metrics: []
---
# my-cool-model
## Contact
- **Mail:** [More Information Needed]
";

#[test]
fn prose_alone_names_the_model_and_says_which_parts_are_there() {
    let out = read(WHISPER);
    let model = of(&out, "model_version")[0];
    assert_eq!(out.found.len(), 1);
    assert_eq!((get(model, "model"), get(model, "model_version_id")), (json!("Whisper"), json!("Whisper")));
    assert_eq!((get(model, "version"), get(model, "updated_at")), (Value::Null, Value::Null));
    assert_eq!(get(model, "document_digest").as_str().unwrap().len(), 7 + 64);
    assert_eq!(stated(WHISPER), [true, true, true, true, false]);
    assert_eq!(stated(CLIP), [true, true, true, true, true], "this one says where to send questions");
    assert_eq!(get(of(&read(CLIP), "model_version")[0], "model"), "CLIP");
}

#[test]
fn front_matter_gives_version_results_and_datasets() {
    let out = read(CARD);
    let model = of(&out, "model_version")[0];
    assert_eq!(get(model, "model_version_id"), "my-cool-model@1.10", "a version is text, not a number");
    assert_eq!(get(model, "license"), "house-2");
    assert_eq!(get(model, "base_model"), "bert-base, bert-large");
    let uses: Vec<Value> = of(&out, "dataset_use").iter().map(|one| get(one, "dataset_version_id")).collect();
    assert_eq!(uses, ["beans", "peas"]);
    let results = of(&out, "evaluation");
    assert_eq!(results.len(), 2);
    assert_eq!((get(results[0], "metric_value"), get(results[0], "verified")), (json!(0.9), json!(true)));
    assert_eq!(
        (get(results[0], "dataset"), get(results[0], "group_name")),
        (json!("beans"), json!("default/test"))
    );
    assert_eq!(get(results[0], "metric"), "accuracy", "`Accuracy` adds nothing");
    assert_eq!(
        (get(results[1], "metric"), get(results[1], "metric_text")),
        (json!("f1 (F1 of spam, macro)"), json!("n/a"))
    );
    assert_eq!(out.passed.values().sum::<u64>(), 1, "a result without metrics is said to be passed over");
    assert_eq!(stated(CARD), [false, false, true, true, false], "a placeholder is nothing");
}

#[test]
fn the_same_result_has_the_same_key_when_the_card_changes_elsewhere() {
    let ids = |card: &str| -> Vec<Value> {
        of(&read(card), "evaluation").iter().map(|one| get(one, "evaluation_id")).collect()
    };
    assert_eq!(ids(CARD), ids(&CARD.replace("## Contact", "## Whom to ask")));
    assert_ne!(ids(CARD)[0], ids(&CARD.replace("value: 0.90", "value: 0.91"))[0]);
}

#[test]
fn a_template_that_nobody_filled_in_states_nothing() {
    let card = "# Model Card for Triage\n## Uses\n### Direct Use\n<!-- say\nwhat -->\n[More Information Needed]\n\
        ### Out-of-Scope Use\nNever for hiring.\n## Contact\n```\n```\n## Training Data\nN/A\n";
    assert_eq!(stated(card), [false, true, false, false, false]);
    assert_eq!(get(of(&read(card), "model_version")[0], "model"), "Triage");
}

#[test]
fn what_looks_like_a_heading_inside_code_is_none() {
    assert_eq!(stated("# M\n## Set-up\n```\n## Evaluation\nrun it\n```\n"), [false; 5]);
    assert_eq!(stated("# M\n## Evaluation\n~~~\n```\n0.91\n~~~\n"), [false, false, false, true, false]);
}

#[test]
fn a_part_below_a_heading_belongs_to_it_unless_its_own_title_says_otherwise() {
    assert_eq!(stated("# M\n## Uses\n### Who\nNurses.\n"), [true, false, false, false, false]);
    assert_eq!(stated("# M\n## Data\n### Source\nA register.\n"), [false, false, true, false, false]);
    assert_eq!(stated("# M\n## Data\n### Evaluation data\nA register.\n"), [false; 5], "data to test with");
    assert_eq!(stated("# M\n## Evaluation Data\n### Datasets\nA register.\n"), [false; 5]);
    assert_eq!(stated("# M\n### Datasets\nA register.\n"), [false, false, true, false, false]);
    assert_eq!(
        stated("# M\n## Training and evaluation data\nA register.\n"),
        [false, false, true, false, false]
    );
    assert_eq!(stated("# M\n## Training\n### Training results\n0.7\n"), [false, false, false, true, false]);
}

#[test]
fn a_card_without_a_name_is_refused_and_a_broken_one_is_no_card() {
    assert!(read("just text\n").refused[0].rule.contains("names no model"));
    assert!(read("# Model Card\ntext\n").refused[0].rule.contains("names no model"));
    let mut out = Out::default();
    let broken = |text: &[u8], out: &mut Out| document(text, out).unwrap_err();
    assert!(broken(b"---\na: [1\n---\n# M\n", &mut out).contains("front matter"));
    assert!(broken(b"---\na: 1\na: 2\n---\n# M\n", &mut out).contains("states `a` twice"));
    assert!(broken(b"---\n- a\n---\n# M\n", &mut out).contains("is no map"));
    assert!(broken(b"\xff\xfe", &mut out).contains("UTF-8"));
    assert!(broken(b"---\na: &x [1]\nb: *x\n---\n# M\n", &mut out).contains("alias"));
    let deep = format!("---\na: {}{}\n---\n# M\n", "[".repeat(40), "]".repeat(40));
    assert!(broken(deep.as_bytes(), &mut out).contains("deeper"));
    assert_eq!(out, Out::default());
}

#[test]
fn a_small_card_cannot_become_a_huge_number_of_records() {
    let rule = |front: &str| read(&format!("---\n{front}---\n# M\n")).refused.remove(0).rule;
    let many = |count: usize, what: &str| what.repeat(count);
    assert!(rule(&format!("model-index:\n{}", many(51, "- name: a\n"))).contains("more than 50 models"));
    assert!(rule(&format!("datasets:\n{}", many(2_001, "- a\n"))).contains("2000 datasets"));
    assert!(rule(&format!("version: {}\n", many(600, "1"))).contains("longer than 500 bytes"));
    assert!(rule("model-index:\n- results: []\n").contains("has no `name`"));
    let result = "model-index:\n- name: a\n  results:\n  - metrics: [{ type: b, value: 1 }]\n    task: { type: LONG }\n";
    assert!(rule(&result.replace("LONG", &many(501, "x"))).contains("result 1 has a name longer than"));
    let mut out = Out::default();
    let front = format!("---\na: {}\n---\n# M\n", many(300_000, "x"));
    assert!(document(front.as_bytes(), &mut out).unwrap_err().contains("256 KiB"));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_no_obstacle() {
    let card = format!("\u{feff}{}", CARD.replace('\n', "\r\n"));
    assert_eq!(of(&read(&card), "evaluation").len(), 2);
    assert_eq!(read("---\nno end of this\n# M\n").found.len(), 1, "a rule opens the text");
    assert_eq!(read("---\n---\n# M\n").found.len(), 1);
}

#[test]
fn cards_are_known_by_front_matter_title_or_name_and_other_markdown_is_not() {
    assert!(recognises("docs/README.md", CARD.as_bytes()));
    assert!(recognises("README.md", WHISPER.as_bytes()));
    assert!(recognises("openai_CLIP-model-card.md", b"x"));
    assert!(!recognises("README.md", b"---\nlicense: mit\n---\n# My tool\nIt reads a model card.\n"));
    assert!(!recognises("README.md", b"---\ntask_categories:\n- x\n---\n# Dataset Card for Y\n"));
    assert!(!recognises("policy.txt", CARD.as_bytes()));
}

#[test]
fn a_long_line_of_comments_is_read_without_recursion() {
    let card = format!("# M\n## Uses\n{}\n", "<!---->".repeat(200_000));
    assert_eq!(stated(&card), [false; 5]);
}
