//! Lists and reads objects of a bucket.

use std::time::Duration;

use attestry_domain::time::Instant;

use super::AwsError;
use super::caller::{Caller, PAGES, accepted, domain, is_busy};
use super::sign::{self, Path, Scope};
use super::xml::{self, Element};
use crate::collect::http::{HttpError, Request, Response, Url};

/// The largest object that is read, in bytes.
pub(super) const OBJECT_LIMIT: u64 = 512 << 20;
/// How long one object may take.
const OBJECT_WITHIN: Duration = Duration::from_secs(600);
/// Objects of one page; S3 gives no more.
const PAGE: &str = "1000";

/// What a list says of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) key: String,
    pub(super) bytes: u64,
    pub(super) modified_at: Option<Instant>,
}

/// One level of a bucket: objects, and the prefixes below.
#[derive(Debug, Default)]
pub(super) struct Level {
    pub(super) objects: Vec<Object>,
    pub(super) prefixes: Vec<String>,
}

/// The bucket as it is reached: its region is learned from S3 when it is another than the settings'.
pub(super) struct Bucket {
    pub(super) name: String,
    pub(super) region: String,
}

impl Bucket {
    /// Everything directly below a prefix: objects, and prefixes up to the next slash.
    pub(super) async fn level(&mut self, caller: &mut Caller<'_>, prefix: &str) -> Result<Level, AwsError> {
        let mut level = Level::default();
        let mut token: Option<String> = None;
        for _ in 0..PAGES {
            let mut query =
                vec![("list-type", "2"), ("delimiter", "/"), ("max-keys", PAGE), ("prefix", prefix)];
            if let Some(token) = &token {
                query.push(("continuation-token", token));
            }
            let response = self.call(caller, "ListObjectsV2", "", &query).await?;
            let unreadable = |reason| caller.unreadable("s3", "ListObjectsV2", reason);
            let page = xml::parse(&response.body).map_err(unreadable)?;
            add(&page, &mut level).map_err(unreadable)?;
            let next = page.text_at(&["NextContinuationToken"]).map(str::to_owned);
            if page.text_at(&["IsTruncated"]) != Some("true") {
                return Ok(level);
            }
            if next.is_none() || next == token {
                break;
            }
            token = next;
        }
        Err(caller.unreadable("s3", "ListObjectsV2", "the list has no end".to_owned()))
    }

    /// The bytes of an object, as they lie there.
    pub(super) async fn object(&mut self, caller: &mut Caller<'_>, key: &str) -> Result<Vec<u8>, AwsError> {
        Ok(self.call(caller, "GetObject", key, &[]).await?.body)
    }

    /// Asks where the bucket is said to be, and once more where S3 says that it is.
    async fn call(
        &mut self,
        caller: &mut Caller<'_>,
        action: &str,
        key: &str,
        query: &[(&str, &str)],
    ) -> Result<Response, AwsError> {
        let response = self.ask(caller, action, key, query).await?;
        let elsewhere = response.header("x-amz-bucket-region").filter(|region| *region != self.region);
        let response = match (response.status, elsewhere) {
            (301 | 307 | 400, Some(region)) => {
                self.region = region.to_owned();
                self.ask(caller, action, key, query).await?
            }
            _ => response,
        };
        accepted("s3", action, response)
    }

    async fn ask(
        &self,
        caller: &mut Caller<'_>,
        action: &str,
        key: &str,
        query: &[(&str, &str)],
    ) -> Result<Response, AwsError> {
        let request = Request::get(self.address(caller, key)?).busy_when(is_busy);
        let query: Vec<_> =
            query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let scope = Scope { region: &self.region, service: "s3", at: caller.now() };
        let request = sign::sign(request, &query, Path::Once, &caller.settings.credentials, scope);
        if key.is_empty() {
            let shown: Vec<_> = query.iter().map(|(name, value)| format!(" {name}={value}")).collect();
            let asked = format!("s3 {action} {}{}", self.name, shown.concat());
            return Ok(caller.journal.ask(&request, &asked).await?);
        }
        // The object itself becomes evidence; the journal need not hold it a second time.
        Ok(caller.fetch.fetch(&request.limit(OBJECT_LIMIT).within(OBJECT_WITHIN)).await?)
    }

    /// At an address of one's own, and for names with dots, which no certificate fits, the bucket is part of the path.
    fn address(&self, caller: &Caller<'_>, key: &str) -> Result<Url, AwsError> {
        let settings = caller.settings;
        let own = settings.endpoints.get("s3").or(settings.endpoint.as_ref());
        let domain = domain(&self.region);
        let base = match own {
            Some(base) => format!("{}/{}", base.as_str().trim_end_matches('/'), self.name),
            None if self.name.contains('.') => format!("https://s3.{}.{domain}/{}", self.region, self.name),
            None => format!("https://{}.s3.{}.{domain}", self.name, self.region),
        };
        let path: Vec<_> = key.split('/').map(sign::encode).collect();
        let text = if key.is_empty() { base } else { format!("{base}/{}", path.join("/")) };
        let unfit = |reason: String| HttpError::Address { address: text.clone(), reason };
        let url = Url::parse(&text).map_err(|error| unfit(error.to_string()))?;
        let kept = key.is_empty() || url.path().ends_with(&path.join("/"));
        if !kept {
            return Err(unfit("the object's name has parts that addresses do not keep".to_owned()).into());
        }
        Ok(url)
    }
}

fn add(page: &Element, level: &mut Level) -> Result<(), String> {
    if page.name != "ListBucketResult" {
        return Err(format!("it is a `{}`, no ListBucketResult", page.name));
    }
    for child in &page.children {
        match child.name.as_str() {
            "Contents" => level.objects.push(Object {
                key: child.at(&["Key"]).map(|key| key.text.clone()).ok_or("an object has no Key")?,
                bytes: child
                    .text_at(&["Size"])
                    .and_then(|text| text.parse().ok())
                    .ok_or("an object has no Size")?,
                modified_at: child.text_at(&["LastModified"]).and_then(|text| text.parse().ok()),
            }),
            "CommonPrefixes" => {
                level.prefixes.extend(child.at(&["Prefix"]).map(|prefix| prefix.text.clone()))
            }
            _ => {}
        }
    }
    Ok(())
}
