//! Frameworks against each other: overlap, crosswalks, side by side, and what is not in scope.

use axum::Router;
use axum::http::StatusCode;
use scraper::{ElementRef, Html, Selector};

use crate::house::House;
use crate::looks;
use crate::served::{enter, get};

async fn owner(house: &House) -> (Router, String) {
    let app = attestry_web::router(house.state());
    let session = enter(&app, &house.link(house.owner).await).await;
    (app, session)
}

fn page(body: &str) -> Html {
    Html::parse_document(body)
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(one: &ElementRef<'_>) -> String {
    one.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn texts(body: &str, selector: &str) -> Vec<String> {
    all(&page(body), selector).iter().map(text).collect()
}

/// The number in front of a word.
fn number(text: &str, word: &str) -> usize {
    let words: Vec<&str> = text.split_whitespace().collect();
    let at = words.iter().position(|one| one.trim_end_matches([',', '.']) == word);
    words[at.unwrap_or_else(|| panic!("no {word} in {text}")) - 1].parse().unwrap()
}

#[tokio::test]
async fn the_matrix_says_of_every_pair_what_is_reused_extended_and_new() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    let answer = get(&app, "/overlap", &session).await;
    looks::check("/overlap", &answer.body);
    assert!(answer.body.contains("assumes that your AI systems lie in the scope"));
    let matrix = page(&answer.body);
    let frameworks = all(&matrix, ".matrix tbody tr").len();
    let cells = all(&matrix, ".matrix td a");
    assert!(frameworks >= 5 && cells.len() == frameworks * (frameworks - 1), "{frameworks}, {}", cells.len());
    for cell in &cells {
        let said = text(cell);
        assert!(["reuse", "extend", "new"].iter().all(|word| said.contains(word)), "{said}");
    }
    let link = answer.attribute(".matrix a[href='/overlap/soc2/iso42001']", "href");
    let cell = texts(&answer.body, ".matrix a[href='/overlap/soc2/iso42001']").remove(0);
    let pair = get(&app, &link, &session).await;
    for word in ["reuse", "extend", "new"] {
        assert_eq!(texts(&pair.body, &format!("#{word}"))[0], format!("{} {word}", number(&cell, word)));
    }

    let turn = answer.attribute("main p a[href*='ai=no']", "href");
    let without = get(&app, &turn, &session).await;
    assert!(without.body.contains("lie outside the scope"));
    for cell in texts(&without.body, ".matrix td a") {
        assert_eq!(number(&cell, "reuse"), 0, "without the AI systems nothing is reused: {cell}");
    }
    assert!(without.attribute(".matrix td a", "href").contains("ai=no"), "the assumption is kept");
}

#[tokio::test]
async fn a_pair_lists_every_requirement_once_with_why_what_is_left_and_what_closes_it() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    let answer = get(&app, "/overlap/soc2/iso42001", &session).await;
    let lead = texts(&answer.body, "p.lead").remove(0);
    assert!(lead.starts_with("Of ") && lead.contains("of ISO 42001, given SOC 2:"), "{lead}");
    let total: usize = lead.split_whitespace().nth(1).unwrap().parse().unwrap();
    let sum: usize = ["reuse", "extend", "new"].iter().map(|word| number(&lead, word)).sum();
    assert_eq!(sum, total);
    let listed = texts(&answer.body, "td.what a.row");
    assert_eq!(listed.len(), total, "every requirement stands once");
    for word in ["#reuse", "#extend", "#new"] {
        assert_eq!(answer.attribute(&format!("p.lead a[href='{word}']"), "href"), word);
    }
    let html = page(&answer.body);
    for row in all(&html, "h2#extend ~ table.full tr:has(td.by)") {
        let said = text(&row);
        assert!(said.len() > 60, "why and what is left: {said}");
    }
    let extend = texts(&answer.body, "h2#extend + p + table td:nth-child(3)");
    assert!(!extend.is_empty() && extend.iter().all(|cell| cell.contains("Left: ")), "{extend:?}");
    let reused = texts(&answer.body, "h2#reuse + p + table td.what");
    assert!(reused.iter().all(|one| !one.starts_with("A.5.")), "no impact assessment is reused: {reused:?}");
    let efforts = texts(&answer.body, "h2#order ~ table td[data-l=effort]");
    assert!(!efforts.is_empty());
    assert!(efforts.iter().all(|one| ["low", "medium", "high"].contains(&one.as_str())), "{efforts:?}");
}

#[tokio::test]
async fn links_of_a_pair_open_whether_in_scope_or_not() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    for path in ["/overlap/iso42001/eu-ai-act", "/overlap/soc2/iso27001"] {
        let answer = get(&app, path, &session).await;
        let html = page(&answer.body);
        let mut links: Vec<String> = all(&html, "main td a[href^='/'], .notes a[href^='/']")
            .iter()
            .filter_map(|link| link.value().attr("href").map(str::to_owned))
            .collect();
        links.sort_unstable();
        links.dedup();
        assert!(links.len() > 40, "{path}: {}", links.len());
        for link in links.iter().step_by(7) {
            let opened = get(&app, link, &session).await;
            assert_eq!(opened.status, StatusCode::OK, "{path} leads to {link}: {}", opened.body);
            looks::check(link, &opened.body);
        }
    }
}

#[tokio::test]
async fn for_you_counts_what_the_programme_meets_and_keeps_the_other_choice() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    let general = get(&app, "/overlap/soc2/iso42001", &session).await;
    let other = general.attribute("main p a[href*='for=programme']", "href");
    let mine = get(&app, &other, &session).await;
    looks::check(&other, &mine.body);
    let said = texts(&mine.body, "main p").join(" ");
    assert!(said.contains("are met in design and count."), "{said}");
    assert!(said.contains("of ISO 42001 in design already."), "{said}");
    let criteria = mine.attribute("main p a[href*='design_met']", "href");
    assert_eq!(get(&app, &criteria, &session).await.status, StatusCode::OK, "the count leads to them");
    let new = |body: &str| number(&texts(body, "#new")[0], "new");
    assert!(new(&mine.body) >= new(&general.body), "less is had today than all of it");
    let turned = mine.attribute("main p a[href*='ai=no']", "href");
    assert!(turned.contains("for=programme"), "{turned}");
    let axis = mine.attribute(".axis input[type=hidden][name=for]", "value");
    assert_eq!(axis, "programme", "another day keeps the question");

    let outside = get(&app, "/overlap/iso27001/soc2?for=programme", &session).await;
    assert!(outside.body.contains("ISO 27001 is not in scope of the programme, so nothing of it counts."));
    assert_eq!(number(&texts(&outside.body, "#reuse")[0], "reuse"), 0);
}

#[tokio::test]
async fn several_frameworks_at_once_give_no_less_than_one_and_the_form_leads_there() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    let sent = get(&app, "/overlap?have=soc2&have=iso27001&want=iso42001", &session).await;
    assert_eq!((sent.status, sent.to()), (StatusCode::SEE_OTHER, "/overlap/soc2+iso27001/iso42001"));
    let new = |body: &str| number(&texts(body, "#new")[0], "new");
    let both = get(&app, sent.to(), &session).await;
    let one = get(&app, "/overlap/soc2/iso42001", &session).await;
    assert!(new(&both.body) <= new(&one.body));
    assert!(both.body.contains("given SOC 2 and ISO 27001:"));
    let unknown = get(&app, "/overlap/soc3/iso42001", &session).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.body.contains("/frameworks/soc2"), "{}", unknown.body);
}

#[tokio::test]
async fn the_counts_of_a_crosswalk_are_those_of_its_rows() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    let list = get(&app, "/crosswalks", &session).await;
    looks::check("/crosswalks", &list.body);
    let html = page(&list.body);
    let counts = all(&html, "td a[href*='relation=']");
    assert!(counts.len() >= 5);
    for count in counts {
        let n: usize = text(&count).parse().unwrap();
        let filtered = get(&app, count.value().attr("href").unwrap(), &session).await;
        assert_eq!(all(&page(&filtered.body), "tbody tr:not(.head):has(td.state)").len(), n);
        let relations = texts(&filtered.body, "tbody td.state");
        assert!(relations.windows(2).all(|two| two[0] == two[1]), "one relation: {relations:?}");
    }
    let whole = get(&app, "/crosswalks/soc2--iso42001", &session).await;
    let rows = all(&page(&whole.body), "tbody tr:has(td.state)").len();
    assert!(texts(&whole.body, "p.lead")[0].starts_with(&format!("{rows} rows")), "{rows}");
    assert!(texts(&whole.body, "main p").join(" ").contains("reasoning"), "whose judgement it is");
    let missing = get(&app, "/crosswalks/soc2--iso42002", &session).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn side_by_side_answers_what_people_ask_and_says_where_the_data_differ_from_the_usual_claim() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    let answer = get(&app, "/compare?with=soc2,iso42001,iso27001", &session).await;
    looks::check("/compare", &answer.body);
    let asked = texts(&answer.body, "dt");
    for question in ["Is it the same thing?", "Do I need both?", "Which one first?"] {
        assert!(asked.iter().any(|one| one == question), "{question}: {asked:?}");
    }
    assert_eq!(texts(&answer.body, "table.beside thead th a"), ["SOC 2", "ISO 42001", "ISO 27001"]);
    assert_eq!(all(&page(&answer.body), ".picks input[checked]").len(), 3);
    let claim = texts(&answer.body, "main p").join(" ");
    assert!(claim.contains("The usual claim is: Processing Integrity, then Security"), "{claim}");
    assert!(
        claim.contains("The crosswalk gives the same order")
            || claim.contains("The crosswalk says otherwise: ")
    );
    for mark in texts(&answer.body, "h2#topics ~ table td.state") {
        assert!(["covers, ", "partly, ", "misses, "].iter().any(|word| mark.starts_with(word)), "{mark}");
    }
    let form = get(&app, "/compare?with=soc2&with=eu-ai-act", &session).await;
    assert_eq!(texts(&form.body, "table.beside thead th a").len(), 2, "as the form sends it");
    assert_eq!(get(&app, "/compare?with=soc3", &session).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_requirement_says_its_points_of_focus_its_evidence_and_its_kin_elsewhere() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    let answer = get(&app, "/requirements/soc2:CC8.1", &session).await;
    let points = texts(&answer.body, ".points li");
    assert!(points.len() > 3 && points.iter().all(|one| one.len() > "CC8.1-POF1 ".len() + 5), "{points:?}");
    assert!(answer.body.contains("What usually shows it"));
    let kin = texts(&answer.body, "h2#related ~ table td.state");
    assert!(!kin.is_empty());
    let words = ["equal", "subset of", "superset of", "intersects", "no relation"];
    assert!(kin.iter().all(|one| words.contains(&one.as_str())), "{kin:?}");
}

#[tokio::test]
async fn a_law_says_on_each_day_whether_it_applies() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    let on = async |day: &str| {
        let path = format!("/requirements/eu-ai-act:Art.5(1)(a)?as_of={day}");
        let answer = get(&app, &path, &session).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body
    };
    let before = on("2025-01-01").await;
    assert!(before.contains("It applies from 2 Feb 2025, not yet on the day asked for."), "{before}");
    let after = on("2026-11-21").await;
    assert!(after.contains("It applies since 2 Feb 2025."), "{after}");
    assert!(after.contains("Not legal advice"));
    let framework = get(&app, "/frameworks/eu-ai-act?as_of=2026-11-21", &session).await;
    let states = texts(&framework.body, "h2#dates ~ table td.state");
    assert!(states.contains(&"applies".to_owned()) && states.contains(&"not yet".to_owned()), "{states:?}");
}

#[tokio::test]
async fn what_is_not_in_scope_says_so_and_what_the_catalog_knows() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    let framework = get(&app, "/frameworks/iso27001", &session).await;
    assert!(framework.body.contains("Not in scope of the programme"));
    assert!(texts(&framework.body, "#requirements tbody tr").len() > 90);
    let heading = get(&app, "/requirements/iso42001:A.5", &session).await;
    assert_eq!(heading.status, StatusCode::OK, "{}", heading.body);
    assert!(texts(&heading.body, ".points a").len() > 2, "a heading leads to its parts");
    let category = get(&app, "/requirements/soc2:PI1.1", &session).await;
    assert!(
        category.body.contains("The category processing_integrity is not in scope."),
        "{}",
        category.body
    );
    let law = get(&app, "/requirements/eu-ai-act:Art.5(1)(a)", &session).await;
    assert!(law.body.contains("EU AI Act is not in scope of the programme."), "{}", law.body);
    let control = get(&app, "/controls/CHG-02", &session).await;
    assert!(control.status == StatusCode::OK && control.body.contains("Requirements it"), "{}", control.body);
}
