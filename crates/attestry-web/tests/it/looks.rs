//! What holds for the markup of every page.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};

use crate::samples;

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

/// The rules that any page must keep, sample or served.
pub(crate) fn check(name: &str, text: &str) {
    let page = Html::parse_document(text);
    assert_eq!(all(&page, "h1").len(), 1, "{name}: one first-level heading");
    assert_eq!(all(&page, "main").len(), 1, "{name}: one main region");
    assert!(all(&page, "[style], style").is_empty(), "{name}: style stands in the style sheet");
    assert!(all(&page, "script:not([src])").is_empty(), "{name}: no inline script");
    for element in all(&page, "*") {
        let inline = element.value().attrs().find(|(name, _)| name.starts_with("on"));
        assert!(inline.is_none(), "{name}: no inline handler, found {inline:?}");
    }
    for input in all(&page, "input:not([type=hidden]), select") {
        let id = input.value().attr("id").unwrap_or_else(|| panic!("{name}: an input without id"));
        assert_eq!(all(&page, &format!("label[for='{id}']")).len(), 1, "{name}: one label for {id}");
    }
    let ids: Vec<&str> = all(&page, "[id]").iter().filter_map(|element| element.value().attr("id")).collect();
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len(), "{name}: every id once: {ids:?}");
    for svg in all(&page, "svg") {
        let said = svg.value().attr("aria-hidden").is_some() || svg.value().attr("aria-label").is_some();
        assert!(said, "{name}: a drawing is described or hidden");
    }
    // The form for the first workspace is sent to an address that is a secret itself.
    for form in all(&page, "form[method=post]:not([action^='/setup/'])") {
        assert_eq!(
            form.select(&Selector::parse("input[name=csrf]").unwrap()).count(),
            1,
            "{name}: a form has its token"
        );
    }
    for link in all(&page, "a[href], link[href], script[src], form[action]") {
        let to = ["href", "src", "action"].iter().find_map(|name| link.value().attr(name)).unwrap();
        assert!(to.starts_with('/') || to.starts_with('#'), "{name}: nothing loads from elsewhere: {to}");
    }
    let text = page.root_element().text().collect::<Vec<_>>().join(" ").to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let words = format!(" {} ", words.join(" "));
    for never in ["soc 2 certified", "soc 2 compliant", "oops", "successfully", "please note"] {
        assert!(!words.contains(&format!(" {never} ")), "{name} says `{never}`");
    }
}

/// How many cells of maps lead to addresses with this beginning.
pub(crate) fn cells(text: &str, beginning: &str) -> usize {
    all(&Html::parse_document(text), &format!(".map li a[href^='{beginning}']")).len()
}

#[test]
fn every_page_has_its_landmarks_labels_and_no_inline_style_or_script() {
    for (name, text) in samples::pages() {
        check(name, &text);
    }
}

#[test]
fn every_page_of_the_frame_leads_somewhere_by_keyboard() {
    for (name, text) in samples::pages().into_iter().filter(|(_, text)| text.contains("class=\"rail\"")) {
        let page = Html::parse_document(&text);
        assert_eq!(
            all(&page, "nav[aria-label=Places] a[aria-current=page]").len(),
            1,
            "{name}: the rail says where it is"
        );
        assert_eq!(all(&page, "a.skip[href='#content']").len(), 1, "{name}: the rail can be skipped");
        assert!(
            all(&page, "footer.foot").iter().any(|foot| foot.text().collect::<String>().contains("12,482")),
            "{name}: N at the foot"
        );
    }
}

#[test]
fn the_states_of_a_control_differ_in_shape_word_and_colour() {
    let (_, text) = samples::pages().into_iter().find(|(name, _)| *name == "controls").unwrap();
    let page = Html::parse_document(&text);
    let mut shapes = BTreeSet::new();
    for (class, word) in [
        ("s-no-exceptions", "no exceptions"),
        ("s-exceptions", "exceptions"),
        ("s-no-occurrences", "no occurrences"),
        ("s-not-tested", "not tested"),
        ("s-not-in-place", "not in place"),
    ] {
        let found = all(&page, &format!("td.state .mark.{class}"));
        let mark = found.iter().find(|mark| mark.text().collect::<String>().contains(word));
        let mark = mark.unwrap_or_else(|| panic!("no mark {class} with the word {word}"));
        let svg = mark.select(&Selector::parse("svg").unwrap()).next().unwrap();
        assert!(shapes.insert(svg.inner_html()), "{class} has a shape of its own");
    }
    assert_eq!(shapes.len(), 5);
}

#[test]
fn each_kind_of_cell_in_a_strip_has_a_shape_of_its_own() {
    let (_, text) = samples::pages().into_iter().find(|(name, _)| *name == "controls").unwrap();
    let page = Html::parse_document(&text);
    let shapes: BTreeSet<String> = all(&page, ".strip svg").iter().map(ElementRef::inner_html).collect();
    assert_eq!(
        shapes.len(),
        8,
        "met, late, exceptions, missed, no occurrences, not tested, not in place, not yet due"
    );
}

#[test]
fn a_requirement_reaches_its_evidence_in_place() {
    let (_, text) = samples::pages().into_iter().find(|(name, _)| *name == "requirement").unwrap();
    let page = Html::parse_document(&text);
    let open = all(&page, "details.reason[open]");
    assert_eq!(open.len(), 1, "the control that decides stands open");
    let records = all(&page, "details.reason[open] a[href^='/evidence/change/']");
    assert_eq!(records.len(), 2, "each exception leads to its record");
    assert!(all(&page, "details.reason a[href^='/runs/']").len() >= 2, "and to its run");
}

#[test]
fn what_people_typed_is_text_and_never_markup() {
    let page = attestry_web::pages::login::LoginPage {
        organisation: "<script>alert(1)</script>".into(),
        csrf: "c".into(),
        email: "\"><img src=x>".into(),
        error: None,
        next: None,
    };
    let page = Html::parse_document(&askama::Template::render(&page).unwrap());
    assert!(all(&page, "script, img").is_empty());
    assert_eq!(all(&page, "#email")[0].value().attr("value"), Some("\"><img src=x>"));
}

#[test]
fn a_page_with_its_style_stays_light() {
    let style = attestry_web::assets::STYLE.body.len();
    for (name, text) in samples::pages() {
        assert!(text.len() + style < 120_000, "{name}: {} bytes before compression", text.len());
    }
}
