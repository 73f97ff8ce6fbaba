//! Walks over recorded answers, whole, in pauses and with faults.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::*;
use crate::collect::batch::Batch;

mod faults;

/// Answers by what was asked, in the order in which they are given; the last one stays.
struct Recorded {
    answers: Mutex<BTreeMap<String, VecDeque<Result<Response, HttpError>>>>,
    asked: Mutex<Vec<String>>,
}

impl Recorded {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/github/hello-world");
        let recorded = Self { answers: Mutex::default(), asked: Mutex::default() };
        for entry in std::fs::read_dir(folder).unwrap() {
            let answer: Value =
                serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
            let asked = answer["asked"].as_str().unwrap();
            recorded.put(asked, &[response(asked, &answer)]);
        }
        recorded
    }

    /// Puts other answers in place.
    fn put(&self, asked: &str, answers: &[Response]) {
        let answers = answers.iter().cloned().map(Ok).collect();
        self.answers.lock().unwrap().insert(asked.to_owned(), answers);
    }

    /// Puts an answer before those that are there.
    fn first(&self, asked: &str, answer: Result<Response, HttpError>) {
        self.answers.lock().unwrap().get_mut(asked).unwrap().push_front(answer);
    }

    fn stored(&self, asked: &str) -> Response {
        self.answers.lock().unwrap()[asked][0].clone().unwrap()
    }

    fn times(&self, asked: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|one| *one == asked).count()
    }
}

#[async_trait]
impl Fetch for Recorded {
    async fn fetch(&self, request: &Request) -> Result<Response, HttpError> {
        let address = &request.address;
        assert_eq!(address.host_str(), Some("api.github.com"));
        let query = address.query().map(|query| format!("?{query}")).unwrap_or_default();
        let asked = format!("{}{query}", address.path());
        self.asked.lock().unwrap().push(asked.clone());
        let mut answers = self.answers.lock().unwrap();
        let answers = answers.get_mut(&asked).unwrap_or_else(|| panic!("nothing is recorded for {asked}"));
        if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0].clone() }
    }
}

fn response(asked: &str, answer: &Value) -> Response {
    let headers = answer["headers"].as_object().unwrap();
    Response {
        status: u16::try_from(answer["status"].as_u64().unwrap()).unwrap(),
        headers: headers
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .collect(),
        body: answer["body"].to_string().into_bytes(),
        attempts: 1,
        place: format!("GET {asked}"),
    }
}

fn refused(status: u16, headers: &Value, message: &str) -> Response {
    response("/", &json!({"status": status, "headers": headers, "body": {"message": message}}))
}

struct At(Mutex<Instant>);

impl World for At {
    fn now(&self) -> Instant {
        *self.0.lock().unwrap()
    }

    fn randomise(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

impl At {
    fn pass(&self, time: Duration) {
        let mut now = self.0.lock().unwrap();
        *now = super::later(*now, time);
    }
}

fn instant(text: &str) -> Instant {
    text.parse().unwrap()
}

fn world() -> At {
    At(Mutex::new(instant("2026-03-31T10:00:00Z")))
}

fn options() -> GithubOptions {
    GithubOptions {
        repository: "codertocat/hello-world".to_owned(),
        branch: None,
        since: instant("2026-03-01T00:00:00Z"),
        until: None,
        checks: true,
    }
}

fn walk() -> Walk {
    let settings = GithubSettings { api: Url::parse("https://api.github.com").unwrap(), token: None };
    // The recorded search asks until the last second of March.
    Walk::new(settings, options(), instant("2026-04-01T00:00:00Z")).unwrap()
}

async fn whole(recorded: &Recorded) -> Collection {
    let mut walk = walk();
    assert_eq!(walk.run(recorded, &world()).await.unwrap(), Step::Done);
    walk.finish()
}

fn batch<'c>(collection: &'c Collection, stream: &str) -> &'c Batch {
    collection.batches.iter().find(|batch| batch.stream == stream).unwrap()
}

fn column(batch: &Batch, name: &str) -> Vec<String> {
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    batch.rows.iter().map(|row| row.fields.get(name).map(shown).unwrap_or_default()).collect()
}

const LIST: &str =
    "/repos/Codertocat/Hello-World/pulls?state=closed&base=master&sort=updated&direction=desc&per_page=100";
const SECOND: &str =
    "/repositories/186853002/pulls?state=closed&base=master&sort=updated&direction=desc&per_page=100&page=2";
const PROTECTION: &str = "/repos/Codertocat/Hello-World/branches/master/protection";
const RULES: &str = "/repos/Codertocat/Hello-World/rules/branches/master?per_page=100";
const COUNT: &str = "/search/issues?q=repo%3ACodertocat%2FHello-World+is%3Apr+is%3Amerged+base%3Amaster+merged%3A2026-03-01T00%3A00%3A00Z..2026-03-31T23%3A59%3A59Z&per_page=1";

#[tokio::test]
async fn what_was_merged_in_the_period_is_collected_and_ties_out() {
    let recorded = Recorded::new();
    let collection = whole(&recorded).await;
    let changes = batch(&collection, "change");
    let id = |number: u64| format!("Codertocat/Hello-World#{number}");
    assert_eq!(column(changes, "change_id"), [id(7), id(5), id(3)]);
    assert_eq!(column(changes, "committer"), ["octocat", "octocat", "hacktocat"]);
    assert_eq!(column(changes, "author_is_service"), ["true", "false", "false"]);
    assert_eq!(changes.at_source, Some(3));
    assert_eq!(changes.tie_out, "3 merged pull requests listed; GitHub's search counts as many");
    assert_eq!(changes.covers, Some(instant("2026-03-01T00:00:00Z")..instant("2026-04-01T00:00:00Z")));
    assert!(changes.gaps.is_empty());
    assert_eq!(changes.rows.iter().map(|row| row.item).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(recorded.times("/repos/Codertocat/Hello-World/pulls/4"), 0, "merged before the period");
}

#[tokio::test]
async fn every_page_of_reviews_is_read() {
    let collection = whole(&Recorded::new()).await;
    let reviews = batch(&collection, "review");
    assert_eq!(column(reviews, "verdict"), ["changes_requested", "approved", "dismissed", "approved"]);
    assert_eq!(column(reviews, "reviewer"), ["octocat", "octocat", "octocat", "ghost"]);
    assert_eq!(collection.passed[&("review".to_owned(), "not submitted yet")], 1);
    assert!(reviews.covers.is_some() && reviews.at_source.is_none());
}

#[tokio::test]
async fn checks_protection_and_deployments_come_with_it() {
    let collection = whole(&Recorded::new()).await;
    let builds = batch(&collection, "build");
    assert_eq!(column(builds, "result"), ["success", "failure", "failure", "success"]);
    assert_eq!((builds.at_source, builds.rows.len(), builds.gaps.len()), (Some(4), 4, 0));
    let protection = batch(&collection, "branch_protection");
    assert_eq!(column(protection, "required_reviews"), ["2"]);
    assert_eq!(column(protection, "observed_at"), ["2026-03-31T10:00:00Z"]);
    let deployments = batch(&collection, "deployment");
    assert_eq!(column(deployments, "deployed_at"), ["2026-03-10T10:06:00Z"]);
    let outside = ("deployment".to_owned(), "began to serve outside of the period that was asked for");
    assert_eq!(collection.passed[&outside], 1);
}

#[tokio::test]
async fn each_answer_is_kept_as_it_came() {
    let recorded = Recorded::new();
    let collection = whole(&recorded).await;
    assert_eq!(collection.answers.len(), recorded.asked.lock().unwrap().len());
    let list = collection.answers.iter().find(|answer| answer.asked.ends_with(LIST)).unwrap();
    assert_eq!(list.body, recorded.stored(LIST).body);
    assert_eq!(list.asked, format!("GET https://api.github.com{LIST}"));
}

#[tokio::test]
async fn a_pull_request_that_moves_to_the_front_meanwhile_is_not_lost() {
    let recorded = Recorded::new();
    let (first, second) = (recorded.stored(LIST), recorded.stored(SECOND));
    let mut moved: Vec<Value> = serde_json::from_slice(&second.body).unwrap();
    // Number 3 is updated after the first page was read: it is no longer on the second, and comes first at last.
    let mut late = moved.remove(1);
    assert_eq!(late["number"], json!(3));
    late["updated_at"] = json!("2026-03-31T09:59:59Z");
    let mut front: Vec<Value> = serde_json::from_slice(&first.body).unwrap();
    front.insert(0, late);
    let again = Response { body: json!(front).to_string().into_bytes(), ..first.clone() };
    recorded.put(LIST, &[first, again]);
    recorded.put(SECOND, &[Response { body: json!(moved).to_string().into_bytes(), ..second }]);
    let collection = whole(&recorded).await;
    assert_eq!(column(batch(&collection, "change"), "title").last().unwrap(), "At the first instant");
    assert_eq!(batch(&collection, "change").rows.len(), 3);
}

#[tokio::test]
async fn fewer_than_the_search_counts_is_a_gap_and_covers_nothing() {
    let recorded = Recorded::new();
    let counted = |count: u64| {
        let body = json!({"total_count": count, "incomplete_results": false, "items": []});
        response(COUNT, &json!({"status": 200, "headers": {}, "body": body}))
    };
    recorded.put(COUNT, &[counted(4)]);
    let collection = whole(&recorded).await;
    for stream in ["change", "review"] {
        assert_eq!(batch(&collection, stream).covers, None, "{stream}");
    }
    assert!(batch(&collection, "change").gaps[0].contains("counts 4"));
    recorded.put(COUNT, &[counted(2)]);
    let collection = whole(&recorded).await;
    assert!(batch(&collection, "change").covers.is_some());
    assert!(batch(&collection, "change").tie_out.contains("index is behind"));
}

#[tokio::test]
async fn without_a_search_the_count_stays_unknown() {
    let recorded = Recorded::new();
    recorded.put(COUNT, &[refused(422, &json!({}), "Validation Failed")]);
    let collection = whole(&recorded).await;
    let changes = batch(&collection, "change");
    assert_eq!(changes.at_source, None);
    assert!(changes.tie_out.contains("not tied out: the search answered 422: Validation Failed"));
}

#[test]
fn a_name_of_another_form_and_an_empty_period_are_refused() {
    let settings = GithubSettings { api: Url::parse("https://api.github.com").unwrap(), token: None };
    let now = instant("2026-04-01T00:00:00Z");
    for name in ["shop", "a/b/c", "a/", "/b", "../..", "a/b?x", "a/.."] {
        let asked = GithubOptions { repository: name.to_owned(), ..options() };
        assert!(matches!(Walk::new(settings.clone(), asked, now), Err(GithubError::Name(_))), "{name}");
    }
    let asked = GithubOptions { since: now, ..options() };
    assert!(matches!(Walk::new(settings, asked, now), Err(GithubError::Period { .. })));
}

#[test]
fn the_token_is_sent_and_shown_nowhere() {
    let settings = GithubSettings {
        api: Url::parse("https://git.acme.example/api/v3").unwrap(),
        token: Some(Secret::new("example-token")),
    };
    let walk = Walk::new(settings, options(), instant("2026-04-01T00:00:00Z")).unwrap();
    let request = walk.request(&walk.queue[0].address);
    assert_eq!(request.address.as_str(), "https://git.acme.example/api/v3/repos/codertocat/hello-world");
    assert!(request.confidential);
    assert!(
        request
            .headers
            .iter()
            .any(|(name, value)| name == "authorization" && value.reveal() == "Bearer example-token")
    );
    assert!(!format!("{walk:?} {request:?}").contains("example-token"));
}

#[test]
fn the_next_page_is_the_one_that_is_called_so() {
    let of = |link: &str| {
        let response = refused(200, &json!({"link": link}), "");
        page::next(&response).map(str::to_owned)
    };
    assert_eq!(
        of("<https://a/1>; rel=\"prev\", <https://a/3>; rel=\"next\"").as_deref(),
        Some("https://a/3")
    );
    assert_eq!(of("<https://a/1>; rel=\"last\""), None);
    assert_eq!(of("https://a/1; rel=next"), None);
}
