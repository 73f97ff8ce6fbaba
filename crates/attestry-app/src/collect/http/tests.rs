use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::again::{Next, Patience};
use super::script::{At, answer};
use super::*;

const PATIENCE: Patience =
    Patience { attempts: 4, first: Duration::from_secs(1), longest: Duration::from_secs(60) };

fn request() -> Request {
    Request::get(address("http://127.0.0.1:9/").unwrap())
}

fn next(status: u16, headers: &[(&str, &str)], attempts: u32) -> Next {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let response = Response { headers, attempts, ..answer(status, "") };
    PATIENCE.next(&request(), &response, "1994-11-06T08:49:30Z".parse().unwrap(), 0)
}

#[test]
fn pauses_double_up_to_the_longest_and_end_with_the_last_attempt() {
    let pauses: Vec<_> = (1..=4).map(|attempt| PATIENCE.pause(attempt, 0)).collect();
    let seconds = |seconds| Some(Duration::from_secs(seconds));
    assert_eq!(pauses, [seconds(1), seconds(2), seconds(4), None]);
    let long = Patience { attempts: 99, ..PATIENCE };
    assert_eq!(long.pause(50, 0), seconds(60));
    assert!(long.pause(2, 255).unwrap() > Duration::from_secs(1));
}

#[test]
fn a_server_says_how_long_to_wait_in_seconds_or_as_a_date() {
    let seconds = |seconds| Next::Again(Duration::from_secs(seconds));
    assert_eq!(next(429, &[("retry-after", "7")], 1), seconds(7));
    assert_eq!(next(503, &[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")], 1), seconds(7));
    assert_eq!(next(503, &[("retry-after", "soon")], 2), seconds(2));
    assert_eq!(next(429, &[("retry-after", "3600")], 1), Next::ComeBack(Duration::from_secs(3600)));
    let limit = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "784111800")];
    assert_eq!(next(403, &limit, 1), seconds(30));
}

#[test]
fn only_busy_servers_are_asked_again() {
    for status in [200, 301, 400, 401, 403, 404, 501, 505] {
        assert_eq!(next(status, &[], 1), Next::Take, "{status}");
    }
    for status in [429, 500, 502, 503, 504] {
        assert_eq!(next(status, &[], 1), Next::Again(Duration::from_secs(1)), "{status}");
        assert_eq!(next(status, &[], 4), Next::Take, "{status} after the last attempt");
    }
}

#[test]
fn an_address_with_a_password_is_refused_and_not_repeated() {
    let error = address("https://ada:hunter2@host.example/x").unwrap_err().to_string();
    assert!(error.contains("user name or password") && !error.contains("hunter2"), "{error}");
    for text in ["host.example", "ftp://host.example", "file:///etc/passwd", "https://host.example/?a=b", ""]
    {
        assert!(address(text).is_err(), "{text}");
    }
    assert_eq!(address(" http://[::1]:5000/base ").unwrap().as_str(), "http://[::1]:5000/base");
}

#[test]
fn what_is_shown_of_a_request_has_no_secret_and_no_query() {
    let url = Url::parse("https://host.example/a?token=abc").unwrap();
    let request = Request::get(url).secret("authorization", "Bearer xyz");
    let shown = format!("{request:?} {}", request.place());
    assert!(shown.contains("GET https://host.example/a"), "{shown}");
    assert!(!shown.contains("abc") && !shown.contains("xyz"), "{shown}");
}

#[test]
fn a_refusal_says_what_where_and_what_to_do() {
    let error = answer(403, "{\"message\":\n  \"no\"}").accepted().unwrap_err().to_string();
    let said = "GET http://host.example/ answered 403: `{\"message\": \"no\"}`; the credentials are known";
    assert!(error.starts_with(said), "{error}");
    let long = answer(500, "x".repeat(10_000)).accepted().unwrap_err().to_string();
    assert!(long.len() < 600, "{long}");
}

/// A server that gives one answer after the other, the last for ever.
async fn server(answers: Vec<Vec<u8>>) -> (Url, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = address(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let at = counted.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
            let mut seen = [0_u8; 4096];
            let _ = stream.read(&mut seen).await;
            let _ = stream.write_all(&answers[at]).await;
            if answers[at].is_empty() {
                tokio::time::sleep(Duration::from_secs(30)).await;
            }
        }
    });
    (url, count)
}

fn told(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}")
        .into()
}

fn client() -> Client {
    let settings = Settings { attempts: 3, first_pause: Duration::from_millis(1), ..Settings::default() };
    Client::new(Arc::new(At::parse("2026-01-01T00:00:00Z")), settings).unwrap()
}

#[tokio::test]
async fn a_busy_server_is_asked_until_it_answers() {
    let (url, count) = server(vec![
        told("503 Busy", "", ""),
        told("429 Slow", "retry-after: 0\r\n", ""),
        told("200 OK", "", "hi"),
    ])
    .await;
    let response = client().fetch(&Request::get(url)).await.unwrap();
    assert_eq!((response.status, response.attempts, response.body.as_slice()), (200, 3, b"hi".as_slice()));
    assert_eq!(count.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_server_that_stays_busy_or_away_is_named_with_the_number_of_attempts() {
    let (url, count) = server(vec![told("500 Oh", "", "broken")]).await;
    let error = client().fetch(&Request::get(url)).await.unwrap().accepted().unwrap_err().to_string();
    assert!(error.contains("500: `broken` (tried 3 times)"), "{error}");
    assert_eq!(count.load(Ordering::SeqCst), 3);
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = address(&format!("http://{nobody}/secret/path")).unwrap();
    let error = client().fetch(&Request::get(url)).await.unwrap_err();
    assert!(matches!(&error, HttpError::Unreachable { attempts: 3, .. }), "{error:?}");
}

#[tokio::test]
async fn another_host_is_not_followed_to_and_the_same_one_is() {
    let (elsewhere, reached) = server(vec![told("200 OK", "", "stolen")]).await;
    let location = format!("location: {}\r\n", elsewhere.as_str());
    let (url, _) = server(vec![told("302 Found", &location, "")]).await;
    let error = client().fetch(&Request::get(url)).await.unwrap().accepted().unwrap_err();
    assert!(matches!(&error, HttpError::Redirected { to, .. } if to == elsewhere.as_str()), "{error}");
    assert_eq!(reached.load(Ordering::SeqCst), 0);
    let (url, _) =
        server(vec![told("302 Found", "location: /there\r\n", ""), told("200 OK", "", "found")]).await;
    assert_eq!(client().fetch(&Request::get(url)).await.unwrap().body, b"found");
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read_whether_its_length_is_told_or_not() {
    let untold = b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n0123456789".to_vec();
    for answer in [told("200 OK", "", "0123456789"), untold] {
        let (url, count) = server(vec![answer]).await;
        let error = client().fetch(&Request::get(url.clone()).limit(9)).await.unwrap_err();
        assert!(matches!(error, HttpError::TooLarge { limit: 9, .. }), "{error}");
        assert_eq!(count.load(Ordering::SeqCst), 1);
        assert_eq!(client().fetch(&Request::get(url).limit(10)).await.unwrap().body.len(), 10);
    }
}

#[tokio::test]
async fn a_silent_server_is_left_after_the_time_of_an_attempt() {
    let (url, _) = server(vec![Vec::new()]).await;
    let within = Duration::from_millis(50);
    let error = client().fetch(&Request::get(url).within(within)).await.unwrap_err();
    assert!(matches!(error, HttpError::TimedOut { attempts: 3, .. }), "{error}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_asked_for_again() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\n01234".to_vec();
    let (url, _) = server(vec![cut, told("200 OK", "", "0123456789")]).await;
    let response = client().fetch(&Request::get(url)).await.unwrap();
    assert_eq!((response.attempts, response.body.len()), (2, 10));
}

#[tokio::test]
async fn credentials_do_not_go_over_plain_http_to_another_machine() {
    let url = Url::parse("http://192.0.2.1/").unwrap();
    let error = client().fetch(&Request::get(url).secret("authorization", "Bearer xyz")).await.unwrap_err();
    assert!(matches!(error, HttpError::Unprotected { .. }), "{error}");
    let (url, _) = server(vec![told("200 OK", "", "")]).await;
    assert!(client().fetch(&Request::get(url).secret("authorization", "Bearer xyz")).await.is_ok());
}

#[test]
fn certificates_that_are_none_are_refused() {
    let authorities = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec();
    let settings = Settings { authorities, ..Settings::default() };
    let made = Client::new(Arc::new(At::parse("2026-01-01T00:00:00Z")), settings);
    assert!(matches!(made.err(), Some(HttpError::Setup(_))));
}
