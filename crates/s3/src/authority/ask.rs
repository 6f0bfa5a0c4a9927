//! What handlers ask of policies themselves, because the request as a whole did not tell it.

use crate::access_point::record as points;
use crate::bucket::record::BucketRow;
use crate::error::Error;
use crate::object::source::Source;
use ports::{Asked, Cx};
use shape::{Operation, Shape};

/// Refuses what the caller may not do.
pub(crate) fn ask(cx: &Cx, action: &str, arn: &str) -> Result<(), Error> {
    cx.decide(&Asked::new(action, arn)).map_err(Error::Denied)
}

/// Refuses one version of an object, or its newest.
pub(crate) fn ask_of_version(
    cx: &Cx,
    (plain, of_version): (&str, &str),
    arn: &str,
    version_id: Option<&str>,
) -> Result<(), Error> {
    let asked = match version_id {
        Some(id) => {
            let context = vec![("s3:versionid", vec![id.to_owned()])];
            Asked { context, ..Asked::new(of_version, arn) }
        }
        None => Asked::new(plain, arn),
    };
    cx.decide(&asked).map_err(Error::Denied)
}

/// Refuses the deletion of one version, or of the newest, which may have to have an ETag: whoever may not read it must
/// not learn it so. Source: Amazon S3 User Guide, "How to perform conditional deletes".
pub(crate) fn ask_to_delete(
    cx: &Cx,
    arn: &str,
    version_id: Option<&str>,
    if_match: Option<&str>,
) -> Result<(), Error> {
    let (Some(e_tag), None) = (if_match, version_id) else {
        return ask_of_version(cx, ("s3:DeleteObject", "s3:DeleteObjectVersion"), arn, version_id);
    };
    let context = vec![("s3:if-match", vec![e_tag.to_owned()])];
    cx.decide(&Asked { context, ..Asked::new("s3:DeleteObject", arn) }).map_err(Error::Denied)?;
    if e_tag == "*" { Ok(()) } else { ask(cx, "s3:GetObject", arn) }
}

/// Refuses what an operation needs that the pipeline did not see; `extra` are keys of the call as a whole.
pub(crate) fn ask_for<O: Operation>(
    cx: &Cx,
    input: &dyn Shape,
    extra: &[(&str, String)],
) -> Result<(), Error> {
    let account = cx.account().to_string();
    let request = authz::Request {
        partition: cx.partition().as_str(),
        region: cx.region().as_str(),
        account: &account,
        user: None,
    };
    for check in authz::checks(O::META, input, &request).unwrap_or_default() {
        let mut context: Vec<(&str, Vec<String>)> = check.context;
        context.extend(extra.iter().map(|(key, value)| (*key, vec![value.clone()])));
        let arn = &check.arn;
        cx.decide(&Asked { action: &check.action.name, arn, context }).map_err(Error::Denied)?;
    }
    Ok(())
}

/// The ARN of an object, as the request names its bucket: by its own name, or by an access point.
pub(crate) fn arn_of_object(cx: &Cx, named: &str, bucket: &BucketRow, key: &str) -> String {
    match cx.read(|view| points::arn_of(view, cx.scope(), named)) {
        Some(point) if named != bucket.name => format!("{point}/object/{key}"),
        _ => format!("{}/{key}", bucket.arn()),
    }
}

/// Refuses the source of a copy that the caller may not read.
pub(crate) fn ask_for_source(cx: &Cx, source: &Source, from: &BucketRow) -> Result<(), Error> {
    let arn = arn_of_object(cx, &source.bucket, from, &source.key);
    ask_of_version(cx, ("s3:GetObject", "s3:GetObjectVersion"), &arn, source.version_id.as_deref())
}

/// Refuses tags that go along with a copy.
pub(crate) fn ask_for_tags(cx: &Cx, source: &Source, from: &BucketRow, target: &str) -> Result<(), Error> {
    let arn = arn_of_object(cx, &source.bucket, from, &source.key);
    let actions = ("s3:GetObjectTagging", "s3:GetObjectVersionTagging");
    ask_of_version(cx, actions, &arn, source.version_id.as_deref())?;
    ask(cx, "s3:PutObjectTagging", target)
}

/// What is told of a key that is not there: whoever may not list the bucket does not learn it.
/// Source: Amazon S3 API Reference, GetObject, "Permissions".
pub(crate) fn untold(cx: &Cx, bucket: &BucketRow, error: Error) -> Error {
    match error {
        Error::NoSuchKey { .. } | Error::NoSuchVersion { .. } => {
            ask(cx, "s3:ListBucket", &bucket.arn()).err().unwrap_or(error)
        }
        error => error,
    }
}
