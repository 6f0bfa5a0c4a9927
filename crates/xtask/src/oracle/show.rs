//! Cases and totals, for people.

use super::side::Answer;
use super::{Difference, Totals};
use serde_json::Value;
use std::fmt::Write;

/// Where the documents of a case stand, and what they are called.
const DOCUMENTS: [(&str, &str); 7] = [
    ("identity", "identity policy"),
    ("boundary", "permissions boundary"),
    ("session", "session policy"),
    ("resourcePolicy", "resource policy"),
    ("endpoint", "endpoint policy"),
    ("scp", "service control policy"),
    ("rcp", "resource control policy"),
];
/// Of a reason as it is counted.
const MOST_LETTERS: usize = 120;

/// A case in a few lines: who, what, context, one line for each statement.
pub(super) fn case(case: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("nobody").to_owned();
    let mut shown = format!(
        "  {} {} asks for {} on {}, which is {}'s\n",
        text(&case["caller"]["kind"]),
        text(&case["caller"]["principal"]),
        text(&case["action"]),
        text(&case["resource"]),
        text(&case["owner"]),
    );
    for (key, value) in case["context"].as_object().into_iter().flatten() {
        let _ = writeln!(shown, "    {key} = {value}");
    }
    for (name, title) in DOCUMENTS {
        if let Some(documents) = case.get(name) {
            each(documents, title, &mut shown);
        }
    }
    shown
}

/// Lists of documents, lists of levels, or one document.
fn each(documents: &Value, title: &str, shown: &mut String) {
    match documents {
        Value::Array(list) if list.is_empty() => {
            let _ = writeln!(shown, "  {title}: none");
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                each(inner, &format!("{title} {}", index + 1), shown);
            }
        }
        document => {
            let version = document["Version"].as_str().unwrap_or("without version");
            let _ = writeln!(shown, "  {title} ({version}):");
            for statement in document["Statement"].as_array().into_iter().flatten() {
                let _ = writeln!(shown, "    {statement}");
            }
        }
    }
}

/// What the two say.
pub(super) fn answers(own: &Answer, simulator: &Answer) -> String {
    let one = |answer: &Answer| match answer {
        Answer::Decided { decision, because } if because.is_empty() => decision.clone(),
        Answer::Decided { decision, because } => format!("{decision} ({because})"),
        Answer::Refused(why) => format!("refused: {why}"),
    };
    format!("  angae: {}\n  the simulator: {}", one(own), one(simulator))
}

/// A difference, and how to see it again.
pub(super) fn difference(difference: &Difference, seed: u64) -> String {
    format!(
        "difference, shrunk from case {} (`cargo xtask oracle --seed {seed} --only {}`)\n{}{}\n",
        difference.number,
        difference.number,
        case(&difference.case),
        answers(&difference.own, &difference.simulator)
    )
}

/// How many were compared, and to what effect.
pub(super) fn totals(totals: &Totals) -> String {
    let mut shown = format!("{} cases compared\n", totals.compared);
    for (decision, count) in &totals.decisions {
        let _ = writeln!(shown, "  {count:>6} {decision}");
    }
    let refused: usize = totals.refused.values().sum();
    let _ = writeln!(shown, "{refused} refusals beside them, whose cases are not counted");
    for (why, count) in &totals.refused {
        let _ = writeln!(shown, "  {count:>6} {why}");
    }
    shown.trim_end().to_owned()
}

/// The beginning of a reason, without the ARN it is about.
pub(super) fn short(reason: &str) -> String {
    let words = reason.split(' ').map(|word| if word.starts_with("arn:") { "…" } else { word });
    words.collect::<Vec<_>>().join(" ").chars().take(MOST_LETTERS).collect()
}
