//! Signatures that AWS publishes in its documentation and test suite.

use crate::collect::aws::credentials::Credentials;
use crate::collect::aws::sign::{Path, Scope, decode, encode, sign};
use crate::collect::http::{Request, Secret, Url};

fn credentials(id: &str, secret: &str) -> Credentials {
    Credentials { key_id: id.to_owned(), secret: Secret::new(secret), token: None }
}

fn documented() -> Credentials {
    credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
}

fn of_s3() -> Credentials {
    credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}

fn scope(service: &'static str, at: &str) -> Scope<'static> {
    Scope { region: "us-east-1", service, at: at.parse().unwrap() }
}

fn get(url: &str) -> Request {
    Request::get(Url::parse(url).unwrap())
}

fn authorization(request: &Request) -> &str {
    let mut found = request.headers.iter().filter(|(name, _)| name == "authorization");
    found.next().map(|(_, value)| value.reveal()).unwrap()
}

fn query(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_list_of_users_is_signed_as_documented() {
    let request = get("https://iam.amazonaws.com/")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    let asked = query(&[("Version", "2010-05-08"), ("Action", "ListUsers")]);
    let signed = sign(request, &asked, Path::Twice, &documented(), scope("iam", "2015-08-30T12:36:00Z"));
    assert_eq!(
        authorization(&signed),
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date, \
         Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    );
    assert_eq!(signed.address.query(), Some("Action=ListUsers&Version=2010-05-08"));
}

#[test]
fn the_plainest_request_is_signed_as_published() {
    let request = get("https://example.amazonaws.com/");
    let signed = sign(request, &[], Path::Twice, &documented(), scope("service", "2015-08-30T12:36:00Z"));
    assert!(
        authorization(&signed)
            .ends_with("Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
    );
}

#[test]
fn headers_are_trimmed_parameters_sorted_and_paths_encoded_as_published() {
    let at = "2015-08-30T12:36:00Z";
    let ends = |request: Request, asked: &[(&str, &str)], path: Path, signature: &str| {
        let signed = sign(request, &query(asked), path, &documented(), scope("service", at));
        assert!(authorization(&signed).ends_with(signature), "{signature}");
    };
    let host = "https://example.amazonaws.com";
    let trimmed = get(host).header("My-Header1", " value1").header("My-Header2", " \"a   b   c\"");
    ends(trimmed, &[], Path::Twice, "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736");
    let unsorted = [("Param2", "value2"), ("Param1", "value1")];
    ends(
        get(host),
        &unsorted,
        Path::Twice,
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    );
    let path = format!("{host}/{}", encode("\u{1234}"));
    ends(get(&path), &[], Path::Once, "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85");
}

#[test]
fn an_object_and_a_list_of_a_bucket_are_signed_as_documented() {
    let scope = scope("s3", "2013-05-24T00:00:00Z");
    let object = get("https://examplebucket.s3.amazonaws.com/test.txt").header("range", "bytes=0-9");
    let signed = sign(object, &[], Path::Once, &of_s3(), scope);
    assert!(authorization(&signed).ends_with(
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, \
         Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    ));
    let list = get("https://examplebucket.s3.amazonaws.com/");
    let signed = sign(list, &query(&[("max-keys", "2"), ("prefix", "J")]), Path::Once, &of_s3(), scope);
    assert!(
        authorization(&signed)
            .ends_with("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    );
}

#[test]
fn a_session_token_is_sent_and_signed_and_never_shown() {
    let credentials = Credentials { token: Some(Secret::new("tok/en+")), ..documented() };
    let request = get("https://example.amazonaws.com/");
    let signed = sign(request, &[], Path::Twice, &credentials, scope("service", "2015-08-30T12:36:00Z"));
    assert!(authorization(&signed).contains("host;x-amz-date;x-amz-security-token"));
    assert!(signed.confidential);
    assert!(!format!("{signed:?} {credentials:?}").contains("tok/en+"));
    assert!(!format!("{credentials:?}").contains("wJalr"));
}

#[test]
fn what_is_encoded_is_decoded_and_what_is_no_code_stays() {
    assert_eq!(encode("a b/ü~*"), "a%20b%2F%C3%BC~%2A");
    for text in ["a b/ü~*", "%", "%4", "100%+1%zz", ""] {
        assert_eq!(decode(&encode(text)), text);
    }
    assert_eq!(decode("%4%41%+1%"), "%4A%+1%");
}
