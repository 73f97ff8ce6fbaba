//! The adviser: the address is the profile, and the plan says why.

use axum::Router;
use axum::http::StatusCode;
use scraper::{Html, Selector};

use crate::house::House;
use crate::looks;
use crate::served::{enter, get};

async fn owner(house: &House) -> (Router, String) {
    let app = attestry_web::router(house.state());
    let session = enter(&app, &house.link(house.owner).await).await;
    (app, session)
}

fn texts(body: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(body);
    let selector = Selector::parse(selector).unwrap();
    let text = |one: scraper::ElementRef<'_>| one.text().collect::<String>();
    page.select(&selector).map(|one| text(one).split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

const VENDOR: &str =
    "/adviser?customers=us&customers=eu&ai=builds&ai=sells&asks=soc2&asks=iso42001&size=small";

#[tokio::test]
async fn without_answers_the_questions_stand_open_and_there_is_no_plan() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    let answer = get(&app, "/adviser", &session).await;
    looks::check("/adviser", &answer.body);
    assert!(answer.body.contains("<details class=\"questions\" open>"));
    assert!(texts(&answer.body, "fieldset legend, form.wide > label").len() > 5);
    assert!(texts(&answer.body, "main h2").is_empty(), "no plan");
    let empty = get(&app, "/adviser?size=&deadline=", &session).await;
    assert!(texts(&empty.body, "main h2").is_empty(), "an empty form answers nothing");
}

#[tokio::test]
async fn the_address_is_the_profile_and_gives_steps_with_months_reasons_sources_and_costs() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    let answer = get(&app, VENDOR, &session).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    looks::check(VENDOR, &answer.body);
    let steps = texts(&answer.body, ".step h3");
    assert!(steps.len() >= 3 && steps[0].starts_with("1. "), "{steps:?}");
    let all = steps.join(" ");
    assert!(all.contains("SOC 2 Type 2") && all.contains("42001"), "{all}");
    let whys = texts(&answer.body, ".step dd:first-of-type");
    assert_eq!(whys.len(), steps.len());
    assert!(whys.iter().all(|why| why.contains("rule ") && why.contains("checked ")), "{whys:?}");
    assert!(texts(&answer.body, ".step dd").iter().any(|one| one.contains("USD ")));
    assert!(answer.body.contains("Not legal advice"));
    assert_eq!(
        texts(&answer.body, "svg.chart > text").iter().filter(|one| one.contains(" – ")).count(),
        steps.len()
    );
    let checked = answer.attribute("#ai-sells", "checked");
    assert_eq!(checked, "", "what was answered stays answered");
    assert_eq!(answer.attribute("#q-size option[selected]", "value"), "small");
    let kept = answer.attribute(".axis input[type=hidden][name=asks]", "value");
    assert_eq!(kept, "soc2", "another day keeps the profile");
    assert_eq!(get(&app, VENDOR, &session).await.body, answer.body, "the same address, the same plan");
}

#[tokio::test]
async fn what_is_not_understood_is_named_and_the_rest_still_plans() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    let answer = get(&app, "/adviser?asks=soc2&size=huge&colour=red", &session).await;
    assert_eq!(answer.status, StatusCode::OK);
    let faults = texts(&answer.body, ".error p");
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("`colour`") && faults[1].contains("`huge`"), "{faults:?}");
    assert!(!texts(&answer.body, ".step h3").is_empty());
    let typed = get(&app, "/adviser?asks=%3Cscript%3E", &session).await;
    assert!(!typed.body.contains("<script>"), "what was typed is text");
}

#[tokio::test]
async fn a_plan_begins_on_the_day_asked_for() {
    let house = House::build().await;
    let (app, session) = owner(&house).await;
    let answer = get(&app, "/adviser?asks=soc2&as_of=2027-03-10", &session).await;
    assert!(texts(&answer.body, "p.lead")[0].contains("from Mar 2027"), "{}", answer.body);
}
