//! The form that begins the first workspace.

use attestry_app::Workspace;
use attestry_domain::id::FrameworkId;
use attestry_web::WebState;
use attestry_web::setup::Setup;
use axum::Router;
use axum::http::{StatusCode, header};
use scraper::{Html, Selector};
use tokio::sync::watch;

use crate::house::Empty;
use crate::looks;
use crate::served::{enter, get, post};

struct Waiting {
    empty: Empty,
    form: Router,
    path: String,
    begun: watch::Receiver<Option<Workspace>>,
}

async fn waiting() -> Waiting {
    let empty = Empty::build().await;
    let setup = Setup::new(empty.app.clone(), "hireline");
    let path = setup.path();
    let (sender, begun) = watch::channel(None);
    Waiting { form: setup.router(sender), path, begun, empty }
}

impl Waiting {
    fn has_begun(&self) -> bool {
        self.begun.borrow().is_some()
    }

    async fn workspaces(&self) -> usize {
        self.empty.app.store.list_workspaces().await.unwrap().len()
    }
}

fn typed(zone: &str) -> String {
    let who = "organisation=Hireline%2C+Inc.&name=Maya+Okafor&email=maya%40hireline.example";
    let scope = "framework.soc2=on&category.soc2.privacy=on&framework.iso42001=on";
    format!("{who}&time_zone={}&{scope}", zone.replace('/', "%2F"))
}

fn is_ticked(body: &str, field: &str) -> bool {
    let page = Html::parse_document(body);
    let wanted = Selector::parse(&format!("input[name='{field}'][checked]")).unwrap();
    page.select(&wanted).next().is_some()
}

#[tokio::test]
async fn the_form_is_shown_with_its_secret_and_to_nobody_else() {
    let waiting = waiting().await;
    let form = get(&waiting.form, &waiting.path, "").await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.body);
    looks::check("setup", &form.body);
    assert_eq!(form.attribute("form", "action"), waiting.path);
    assert_eq!(form.attribute("#time_zone", "value"), "UTC");
    let secret = waiting.path.strip_prefix("/setup/").unwrap();
    assert!(secret.len() >= 43, "a secret that nobody guesses: {secret}");
    for other in ["/setup/guess", "/setup/", "/", "/login", "/controls/CHG-01"] {
        let answer = get(&waiting.form, other, "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other}");
        assert!(answer.body.contains("the link that the server printed"), "{other}: {}", answer.body);
        assert!(!answer.body.contains(secret), "{other} does not give the secret away");
    }
    let forged = post(&waiting.form, "/setup/guess", "", &typed("UTC")).await;
    assert_eq!(forged.status, StatusCode::NOT_FOUND);
    assert!(!waiting.has_begun());
    assert_eq!(waiting.workspaces().await, 0);
}

#[tokio::test]
async fn a_time_zone_that_there_is_not_shows_the_form_again_with_what_was_typed() {
    let waiting = waiting().await;
    let again = post(&waiting.form, &waiting.path, "", &typed("Mars/Olympus")).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", again.body);
    looks::check("setup again", &again.body);
    assert!(again.body.contains("Mars/Olympus") && again.body.contains("role=\"alert\""), "{}", again.body);
    let kept = [
        ("#organisation", "Hireline, Inc."),
        ("#name", "Maya Okafor"),
        ("#email", "maya@hireline.example"),
        ("#time_zone", "Mars/Olympus"),
    ];
    for (field, value) in kept {
        assert_eq!(again.attribute(field, "value"), value, "{field} is kept");
    }
    for field in ["framework.soc2", "category.soc2.privacy", "framework.iso42001"] {
        assert!(is_ticked(&again.body, field), "{field} stays ticked");
    }
    assert!(!is_ticked(&again.body, "category.soc2.availability"));
    assert!(!waiting.has_begun());
    assert_eq!(waiting.workspaces().await, 0, "nothing was made");
}

#[tokio::test]
async fn a_filled_form_begins_the_workspace_and_leads_to_its_owners_first_sign_in() {
    let waiting = waiting().await;
    let done = post(&waiting.form, &waiting.path, "", &typed("Europe/Berlin")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let link = done.to().strip_prefix("/login/").expect("a one-time link").to_owned();
    let workspace = waiting.begun.borrow().clone().expect("the workspace is handed over");
    let programme = workspace.newest().programme;
    let made = programme.workspace.as_ref().unwrap();
    assert_eq!((made.name.as_str(), made.time_zone.as_str()), ("Hireline, Inc.", "Europe/Berlin"));
    let adopted: Vec<String> = programme.adopted().iter().map(ToString::to_string).collect();
    assert_eq!(adopted, ["iso42001", "soc2"]);
    let soc2 = &programme.frameworks[&"soc2".parse::<FrameworkId>().unwrap()];
    let categories: Vec<&str> = soc2.categories.iter().map(String::as_str).collect();
    assert_eq!(categories, ["privacy", "security"], "what every report has comes with it");

    let app = attestry_web::router(WebState::new(workspace, false));
    let session = enter(&app, &link).await;
    let overview = get(&app, "/", &session).await;
    assert!(overview.body.contains("Maya Okafor"), "{}", overview.body);
}

#[tokio::test]
async fn sent_again_or_twice_at_once_it_makes_one_workspace() {
    let waiting = waiting().await;
    let form = typed("UTC");
    let send = || post(&waiting.form, &waiting.path, "", &form);
    let (one, other) = tokio::join!(send(), send());
    let mut to = [one.to(), other.to()];
    to.sort_unstable();
    assert_eq!(to[0], "/login", "the second is sent on");
    assert!(to[1].starts_with("/login/"), "{to:?}");
    let third = send().await;
    assert_eq!((third.status, third.to()), (StatusCode::SEE_OTHER, "/login"));
    assert_eq!(waiting.workspaces().await, 1);
}

#[tokio::test]
async fn a_form_without_a_name_or_beyond_all_bounds_begins_nothing() {
    let waiting = waiting().await;
    let empty = post(&waiting.form, &waiting.path, "", "time_zone=UTC&organisation=&name=&email=").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.body);
    let long = format!("organisation={}", "a".repeat(20_000));
    let long = post(&waiting.form, &waiting.path, "", &long).await;
    assert!(long.status.is_client_error(), "{}", long.status);
    let none = get(&waiting.form, &waiting.path, "").await;
    assert_eq!(none.status, StatusCode::OK, "the form is still there");
    assert_eq!(waiting.workspaces().await, 0);
}

#[tokio::test]
async fn every_answer_of_the_form_carries_its_security_headers() {
    let waiting = waiting().await;
    let style = attestry_web::assets::STYLE.href.as_str();
    for path in [waiting.path.as_str(), "/setup/guess", "/", style] {
        let answer = get(&waiting.form, path, "").await;
        let policy = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(answer.headers[header::REFERRER_POLICY], "same-origin", "{path}");
        let kept = answer.headers[header::CACHE_CONTROL].to_str().unwrap();
        assert_eq!(kept == "no-store", path != style, "{path}: {kept}");
    }
}
