//! The router over a real store: signing in, denial, every page.

use std::time::Instant;

use attestry_web::{WebState, router};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use scraper::{Html, Selector};
use tower::ServiceExt;

use crate::house::House;
use crate::looks;

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let set = self.headers.get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
        let mut pairs = set.filter_map(|one| one.split(';').next()?.split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    }

    pub(crate) fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn attribute(&self, selector: &str, attribute: &str) -> String {
        let page = Html::parse_document(&self.body);
        let found = page.select(&Selector::parse(selector).unwrap()).next();
        found
            .unwrap_or_else(|| panic!("no {selector} in {}", self.body))
            .value()
            .attr(attribute)
            .unwrap()
            .to_owned()
    }
}

pub(crate) async fn ask(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = to_bytes(response.into_body(), 4_000_000).await.unwrap();
    Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
}

pub(crate) async fn get(app: &Router, path: &str, cookie: &str) -> Answer {
    ask(app, Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
}

pub(crate) async fn post(app: &Router, path: &str, cookie: &str, form: &str) -> Answer {
    let request = Request::post(path).header(header::COOKIE, cookie);
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    ask(app, request.body(Body::from(form.to_owned())).unwrap()).await
}

const PASSWORD: &str = "four words in a row";

/// Opens a one-time link, sets the password, and returns the session's cookie.
pub(crate) async fn enter(app: &Router, link: &str) -> String {
    let path = format!("/login/{link}");
    let welcome = get(app, &path, "").await;
    assert_eq!(welcome.status, StatusCode::OK, "{}", welcome.body);
    let (secret, csrf) =
        (welcome.cookie("attestry-form").unwrap(), welcome.attribute("input[name=csrf]", "value"));
    let form = format!("csrf={csrf}&password={0}&again={0}", PASSWORD.replace(' ', "+"));
    let entered = post(app, &path, &format!("attestry-form={secret}"), &form).await;
    assert_eq!((entered.status, entered.to()), (StatusCode::SEE_OTHER, "/"), "{}", entered.body);
    format!("attestry={}", entered.cookie("attestry").unwrap())
}

fn paths(house: &House) -> Vec<String> {
    vec![
        "/".into(),
        "/frameworks/soc2".into(),
        "/frameworks/soc2?state=with_exceptions&q=change".into(),
        "/frameworks/iso42001".into(),
        "/requirements/soc2:CC8.1".into(),
        "/requirements/CC6.1".into(),
        "/requirements/iso42001:A.6.2.4".into(),
        "/controls".into(),
        "/controls?state=exceptions".into(),
        "/controls/CHG-01".into(),
        "/controls/RSK-03".into(),
        "/evidence".into(),
        "/evidence/change".into(),
        "/evidence/incident".into(),
        format!("/evidence/change/{}", house.segment),
        format!("/evidence/change/{}/0", house.segment),
        format!("/runs/{}", house.run),
        "/ai".into(),
        format!("/ai/{}", house.system),
        "/frameworks/eu-ai-act".into(),
        "/requirements/eu-ai-act:Art.9".into(),
        "/requirements/soc2:CC8.1-POF1".into(),
        "/overlap".into(),
        "/overlap?ai=no".into(),
        "/overlap/soc2/iso42001".into(),
        "/overlap/soc2+iso27001/iso42001?for=programme&ai=no".into(),
        "/overlap/soc2/eu-ai-act".into(),
        "/crosswalks".into(),
        "/crosswalks/soc2--iso42001".into(),
        "/crosswalks/iso42001--eu-ai-act?relation=no_relation".into(),
        "/compare".into(),
        "/compare?with=soc2,iso42001,iso27001,eu-ai-act".into(),
        "/adviser".into(),
        "/adviser?customers=us&customers=eu&ai=sells&asks=soc2&size=small".into(),
        "/ledger".into(),
        "/ledger?before=10".into(),
        "/ledger/1".into(),
    ]
}

#[tokio::test]
async fn the_first_owner_enters_by_a_link_that_works_once_and_then_by_password() {
    let house = House::build().await;
    let app = router(house.state());
    let link = house.link(house.owner).await;
    let prefetched = get(&app, &format!("/login/{link}"), "").await;
    assert_eq!(prefetched.status, StatusCode::OK, "looking at a link does not use it up");
    let session = enter(&app, &link).await;
    let overview = get(&app, "/", &session).await;
    assert_eq!(overview.status, StatusCode::OK);
    assert!(overview.body.contains("SOC 2 Type 2"));
    let again = get(&app, &format!("/login/{link}"), "").await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);

    let out = post(
        &app,
        "/logout",
        &session,
        &format!("csrf={}", overview.attribute("form[action='/logout'] input[name=csrf]", "value")),
    )
    .await;
    assert_eq!(out.to(), "/login");
    assert_eq!(get(&app, "/", &session).await.to(), "/login", "a session that ended opens nothing");

    let ask = get(&app, "/login", "").await;
    let form_cookie = format!("attestry-form={}", ask.cookie("attestry-form").unwrap());
    let csrf = ask.attribute("input[name=csrf]", "value");
    let wrong = post(
        &app,
        "/login",
        &form_cookie,
        &format!("csrf={csrf}&email=maya%40hireline.example&password=wrong"),
    )
    .await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(wrong.attribute("#email", "value"), "maya@hireline.example", "what was typed is kept");
    let form = format!(
        "csrf={csrf}&email=maya%40hireline.example&password={}&next=%2Fcontrols",
        PASSWORD.replace(' ', "+")
    );
    let right = post(&app, "/login", &form_cookie, &form).await;
    assert_eq!((right.status, right.to()), (StatusCode::SEE_OTHER, "/controls"));
}

#[tokio::test]
async fn without_a_session_nothing_opens_but_signing_in() {
    let house = House::build().await;
    let app = router(house.state());
    for path in paths(&house) {
        let answer = get(&app, &path, "attestry=made-up").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert!(answer.to().starts_with("/login"), "{path} leads to {}", answer.to());
        assert!(answer.body.is_empty(), "{path} says nothing");
    }
    let session = enter(&app, &house.link(house.stranger).await).await;
    let answer = get(&app, "/", &session).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "a person without a role sees nothing");
    assert!(!answer.body.contains("CC8.1"));
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused_and_changes_nothing() {
    let house = House::build().await;
    let app = router(house.state());
    let link = house.link(house.owner).await;
    let form = format!("csrf=guess&password={0}&again={0}", PASSWORD.replace(' ', "+"));
    let forged = post(&app, &format!("/login/{link}"), "attestry-form=other", &form).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let session = enter(&app, &link).await;
    assert_eq!(post(&app, "/logout", &session, "csrf=guess").await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&app, "/logout", &session, "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(get(&app, "/", &session).await.status, StatusCode::OK, "the session holds");

    let ask = get(&app, "/login", "").await;
    let csrf = ask.attribute("input[name=csrf]", "value");
    let cookie = format!("attestry-form={}", ask.cookie("attestry-form").unwrap());
    let request =
        Request::post("/login").header(header::COOKIE, cookie).header("sec-fetch-site", "cross-site");
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = format!("csrf={csrf}&email=maya%40hireline.example&password={}", PASSWORD.replace(' ', "+"));
    let crossed = super::served::ask(&app, request.body(Body::from(body)).unwrap()).await;
    assert_eq!(crossed.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn every_page_opens_keeps_the_rules_of_markup_and_renders_in_ten_milliseconds() {
    let house = House::build().await;
    let app = router(house.state());
    let session = enter(&app, &house.link(house.owner).await).await;
    for path in paths(&house) {
        let page = get(&app, &path, &session).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
        looks::check(&path, &page.body);
        let mut fastest = std::time::Duration::MAX;
        for _ in 0..5 {
            let begun = Instant::now();
            get(&app, &path, &session).await;
            fastest = fastest.min(begun.elapsed());
        }
        let limit = if cfg!(debug_assertions) { 100 } else { 10 };
        assert!(fastest.as_millis() < limit, "{path} took {fastest:?}");
    }
}

#[tokio::test]
async fn every_link_of_the_first_pages_opens() {
    let house = House::build().await;
    let app = router(house.state());
    let session = enter(&app, &house.link(house.owner).await).await;
    let mut seen = std::collections::BTreeSet::new();
    for path in ["/", "/requirements/soc2:CC8.1", "/controls/CHG-01", "/evidence/change", "/ai"] {
        let body = get(&app, path, &session).await.body;
        let page = Html::parse_document(&body);
        let wanted = Selector::parse("a[href^='/']").unwrap();
        let links = page.select(&wanted);
        seen.extend(
            links.filter_map(|link| link.value().attr("href")).map(str::to_owned).collect::<Vec<_>>(),
        );
    }
    assert!(seen.len() > 60, "{} links", seen.len());
    for path in seen {
        let answer = get(&app, &path, &session).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_planted_exception_is_reached_with_its_record_from_the_overview_in_three_clicks() {
    let house = House::build().await;
    let app = router(house.state());
    let session = enter(&app, &house.link(house.owner).await).await;
    let overview = get(&app, "/?period=2026-01-05..2026-07-31", &session).await;
    let control = overview.attribute("table a.row[href^='/controls/CHG-01']", "href");
    assert!(control.contains("period=2026-01-05..2026-07-31"), "the period is kept: {control}");
    let control = get(&app, &control, &session).await;
    assert!(control.body.contains("exceptions 1 of 2"), "{}", control.body);
    assert!(control.body.contains("merged without any recorded review"));
    assert!(control.body.contains("corrected: reviewed on 14 May"));
    let record = control.attribute("a[href^='/evidence/change/']", "href");
    let record = get(&app, &record, &session).await;
    assert!(record.body.contains("api#1841"));

    let requirement = get(&app, "/requirements/CC8.1?period=2026-01-05..2026-07-31", &session).await;
    assert!(requirement.attribute("details.reason[open]", "id").starts_with("CHG-"));
    let run = get(&app, &format!("/runs/{}", house.run), &session).await;
    assert!(run.body.contains("exceptions 1 of 2") && run.body.contains("api#1900"));
}

#[tokio::test]
async fn a_file_comes_back_as_it_was_and_as_an_attachment() {
    let house = House::build().await;
    let app = router(house.state());
    let session = enter(&app, &house.link(house.owner).await).await;
    let control = get(&app, "/controls/RSK-03", &session).await;
    let file = control.attribute("a[href^='/files/']", "href");
    let file = get(&app, &file, &session).await;
    assert_eq!(file.body, "%PDF-1.7 reviewed");
    assert_eq!(file.headers[header::CONTENT_TYPE], "application/pdf");
    let shown = &file.headers[header::CONTENT_DISPOSITION];
    assert_eq!(shown, "attachment; filename*=UTF-8''access%20review%2C%20q1.pdf");
    assert_eq!(get(&app, "/files/01JD6QB1C2D3E4F5G6H7J8K9M0", &session).await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&app, "/files/nonsense", &session).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_not_there_is_said_with_what_is_near() {
    let house = House::build().await;
    let app = router(house.state());
    let session = enter(&app, &house.link(house.owner).await).await;
    for path in [
        "/frameworks/soc3",
        "/requirements/soc2:CC8.7",
        "/controls/CHG-99",
        "/evidence/chnge",
        "/evidence/change/nonsense/0",
        "/runs/01JD6QB1C2D3E4F5G6H7J8K9M0",
        "/ai/01JD6QB1C2D3E4F5G6H7J8K9M0",
        "/ledger/0",
        "/ledger/999999",
        "/nowhere",
    ] {
        let answer = get(&app, path, &session).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.body);
        looks::check(path, &answer.body);
    }
    let near = get(&app, "/requirements/soc2:CC8.7", &session).await;
    assert!(near.body.contains("/requirements/soc2:CC8.1"), "{}", near.body);
    let record = get(&app, &format!("/evidence/change/{}/9", house.segment), &session).await;
    assert_eq!(record.status, StatusCode::NOT_FOUND);
    let wrong = get(&app, "/?as_of=soon", &session).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.body.contains("`soon` is no day"), "{}", wrong.body);
}

#[tokio::test]
async fn an_earlier_n_shows_what_was_known_then() {
    let house = House::build().await;
    let app = router(house.state());
    let session = enter(&app, &house.link(house.owner).await).await;
    let then = get(&app, "/controls/CHG-01?at=3", &session).await;
    assert!(then.body.contains("not adopted"), "not adopted at event 3: {}", then.body);
    let whole = get(&app, "/controls/CHG-01", &session).await;
    assert!(whole.body.contains("exceptions 1 of 2") || whole.body.contains("not in place"));
}

#[tokio::test]
async fn every_answer_carries_its_security_headers() {
    let house = House::build().await;
    let plain = router(house.state());
    let secure = router(WebState::new(house.workspace.clone(), true));
    for path in ["/login", "/", "/nowhere", "/assets/none.css"] {
        let answer = get(&plain, path, "").await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'")
                && policy.contains("frame-ancestors 'none'")
                && !policy.contains("unsafe")
        );
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store", "{path}");
        assert!(!answer.headers.contains_key(header::STRICT_TRANSPORT_SECURITY), "not over http");
        assert!(get(&secure, path, "").await.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }
    let cookie = get(&secure, "/login", "").await;
    let set = cookie.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        set.starts_with("__Host-attestry-form=")
            && set.contains("Secure")
            && set.contains("HttpOnly")
            && set.contains("SameSite=Lax")
    );
    for asset in attestry_web::assets::all() {
        let answer = get(&plain, &asset.href, "").await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    }
}

#[tokio::test]
async fn a_server_answers_and_stops_when_told() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let house = House::build().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving =
        tokio::spawn(attestry_web::serve(house.state(), listener, async move { stopped.await.unwrap() }));
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    connection.write_all(b"GET /login HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Sign in"), "{answer}");
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}
