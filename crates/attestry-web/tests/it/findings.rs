//! What a reader must find from the overview, and what is said where there is less to see.

use axum::Router;
use axum::http::StatusCode;
use scraper::{Html, Selector};

use crate::house::House;
use crate::looks;
use crate::served::{enter, get};

async fn owner(house: &House, app: &Router) -> String {
    enter(app, &house.link(house.owner).await).await
}

fn texts(body: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(body);
    let selector = Selector::parse(selector).unwrap();
    let found = page.select(&selector);
    found.map(|one| one.text().collect::<String>()).collect()
}

const PERIOD: &str = "period=2026-01-05..2026-07-31";

#[tokio::test]
async fn a_record_made_six_weeks_late_is_reached_from_the_overview_in_three_clicks() {
    let house = House::build().await;
    let app = router(&house);
    let session = owner(&house, &app).await;
    let overview = get(&app, &format!("/?{PERIOD}"), &session).await;
    let link = "a[href*='late=1']";
    let said = texts(&overview.body, &format!("p:has({link})"));
    assert_eq!(said, ["1 record was recorded more than 14 days after it occurred (CHG-01)."]);
    let late = overview.attribute(link, "href");
    for path in [format!("/controls/CHG-01?{PERIOD}"), format!("/requirements/CC8.1?{PERIOD}")] {
        let page = get(&app, &path, &session).await;
        assert_eq!(page.attribute("a.late", "href"), late, "{path}");
        assert_eq!(texts(&page.body, "a.late"), ["1 recorded late"]);
    }
    let run = get(&app, &late, &session).await;
    looks::check(&late, &run.body);
    assert_eq!(texts(&run.body, "td .late"), ["6 weeks later"]);
    assert_eq!(texts(&run.body, "td[data-l=id]"), ["api#1900"], "only what was recorded late");
    let record = run.attribute("td.link a[href*='/1?']", "href");
    assert!(get(&app, &record, &session).await.body.contains("api#1900"));

    let whole = get(&app, &format!("/runs/{}", house.run), &session).await;
    assert_eq!(texts(&whole.body, "td[data-l=id]"), ["api#1841", "api#1900"]);
    let stream = get(&app, "/evidence/change", &session).await;
    assert_eq!(texts(&stream.body, "td .late"), ["recorded 9 weeks after its last record"]);
}

#[tokio::test]
async fn an_exception_leads_to_all_its_records_and_to_the_ai_system_it_is_about() {
    let house = House::build().await;
    let app = router(&house);
    let session = owner(&house, &app).await;
    for path in ["/".to_owned(), "/controls/CHG-01".to_owned(), format!("/runs/{}", house.run)] {
        let page = get(&app, &format!("{path}?{PERIOD}"), &session).await;
        let system = format!("main td a[href^='/ai/{}']", house.system);
        assert!(texts(&page.body, &system).contains(&"Ranker".to_owned()), "{path}");
        let records = texts(&page.body, "main td a[href^='/evidence/']");
        assert_eq!(records.get(..2), Some(&["change record 0", "change record 1"].map(str::to_owned)[..]));
        assert!(!page.body.contains("evidence_system") && !page.body.contains("evidence system"));
    }
    let overview = get(&app, &format!("/?{PERIOD}"), &session).await;
    let found = texts(&overview.body, ".found li");
    assert!(
        found.iter().any(|one| one.contains("merged without any recorded review (answered)")),
        "{found:?}"
    );
    let missed = "14 Jul 2026: that of Q2 2026 fell due and was not performed";
    assert!(found.iter().any(|one| one.trim() == missed), "{found:?}");
}

#[tokio::test]
async fn what_is_excluded_is_counted_apart() {
    let house = House::build().await;
    let app = router(&house);
    let session = owner(&house, &app).await;
    let before = get(&app, "/?as_of=2026-08-20", &session).await;
    let all = looks::cells(&before.body, "/requirements/soc2:");
    assert!(texts(&before.body, "p a").iter().any(|one| one.contains(&format!("of {all} criteria met"))));
    house.exclude("soc2:CC9.2").await;
    let after = get(&app, "/?as_of=2026-08-20", &session).await;
    let counts = texts(&after.body, "section[aria-labelledby=f-soc2] p a");
    let total = format!("of {} criteria met", all - 1);
    assert_eq!(counts.iter().filter(|one| one.contains(&total)).count(), 2, "{counts:?}");
    assert_eq!(counts.iter().filter(|one| *one == "1 excluded").count(), 2, "{counts:?}");
    let excluded = after.attribute("section[aria-labelledby=f-soc2] a[href*='state=excluded']", "href");
    let excluded = get(&app, &excluded, &session).await;
    assert_eq!(texts(&excluded.body, "#requirements a.row"), ["CC9.2"]);
}

#[tokio::test]
async fn a_period_that_is_cut_short_says_through_which_day_it_is_judged() {
    let house = House::build().await;
    let app = router(&house);
    let session = owner(&house, &app).await;
    let whole = get(&app, &format!("/?{PERIOD}"), &session).await;
    assert!(!whole.body.contains("judged to"));
    let cut = get(&app, &format!("/?{PERIOD}&as_of=2026-06-30"), &session).await;
    let lead = &texts(&cut.body, "p.lead")[0];
    assert!(lead.starts_with("SOC 2 Type 2, 5 Jan – 30 Jul 2026, judged to 30 Jun 2026: "), "{lead}");
    let head = &texts(&cut.body, ".axis summary")[0];
    assert!(head.starts_with("5 Jan – 30 Jul 2026, judged to 30 Jun 2026, N "), "{head}");
}

#[tokio::test]
async fn an_unknown_code_of_a_framework_is_answered_with_codes_of_that_framework() {
    let house = House::build().await;
    let app = router(&house);
    let session = owner(&house, &app).await;
    for (asked, first) in [("soc2:XX", None), ("iso42001:a.6.2.99", Some("iso42001:A.6.2.2"))] {
        let answer = get(&app, &format!("/requirements/{asked}"), &session).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let near = texts(&answer.body, "li a");
        let framework = asked.split(':').next().unwrap();
        assert!(near.len() > 3 && near.iter().all(|id| id.starts_with(framework)), "{asked}: {near:?}");
        assert!(first.is_none_or(|first| near[0] == first), "{asked}: {near:?}");
    }
}

#[tokio::test]
async fn who_is_only_an_auditor_is_told_whom_to_ask_and_sees_nothing_of_the_programme() {
    let house = House::build().await;
    let app = router(&house);
    let session = enter(&app, &house.link(house.auditor).await).await;
    for path in ["/", "/controls/CHG-01", "/ledger/1", "/evidence/change", "/nowhere"] {
        let answer = get(&app, path, &session).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        looks::check(path, &answer.body);
        assert!(answer.body.contains("Ask Maya for"), "{path}: {}", answer.body);
        assert!(!answer.body.contains("CHG-01") && !answer.body.contains("Jonas"), "{path}");
    }
}

fn router(house: &House) -> Router {
    attestry_web::router(house.state())
}
