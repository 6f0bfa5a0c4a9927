//! Answers, held against recorded ones.

use crate::answer::Answer;
use crate::binary::{crate_folder, variable};
use crate::mask::Marks;
use crate::xml;
use std::path::PathBuf;

/// The recorded answers of one scenario, a file of `tests/acceptance/golden/`. Ids and dates are replaced by marks, so
/// that a change of the file is a change of what clients see. `cargo xtask golden` writes the files anew.
pub struct Golden {
    file: PathBuf,
    marks: Marks,
    text: String,
}

/// Headers that say when and how much, not what.
const LEFT_OUT: [&str; 2] = ["content-length", "date"];

impl Golden {
    /// The scenario `name` of the crate whose tests run.
    pub fn new(name: &str) -> Self {
        let file = crate_folder().join("tests/acceptance/golden").join(format!("{name}.txt"));
        Self { file, marks: Marks::new(), text: String::new() }
    }

    /// Notes an answer under the name of the step that led to it, and hands it back.
    pub fn note(&mut self, step: &str, answer: Answer) -> Answer {
        let mut text = format!("{}\n", answer.status);
        for (name, value) in answer.headers.iter().filter(|(name, _)| !LEFT_OUT.contains(&name.as_str())) {
            text.push_str(&format!("{name}: {value}\n"));
        }
        match xml::parse(&answer.body) {
            Ok(root) => root.pretty(0, &mut text),
            Err(_) if answer.body.is_empty() => {}
            Err(_) => text.push_str(&format!("{}\n", answer.body_text())),
        }
        self.text.push_str(&format!("== {step}\n{}\n", self.marks.apply(&text)));
        answer
    }

    /// Holds everything noted against the file, or writes it where `ANGAE_GOLDEN` is set.
    #[track_caller]
    pub fn check(self) {
        if variable("ANGAE_GOLDEN").is_some() {
            let folder = self.file.parent().expect("the file lies in a folder");
            std::fs::create_dir_all(folder).expect("the folder can be made");
            std::fs::write(&self.file, &self.text).expect("the file can be written");
            return;
        }
        let name = self.file.display();
        let recorded = std::fs::read_to_string(&self.file)
            .unwrap_or_else(|error| panic!("{name}: {error}; cargo xtask golden writes it"));
        let differing = recorded.lines().zip(self.text.lines()).position(|(left, right)| left != right);
        if let Some(at) = differing {
            let around =
                |text: &str| text.lines().skip(at.saturating_sub(3)).take(8).collect::<Vec<_>>().join("\n");
            panic!(
                "{name}:{}\nrecorded:\n{}\n\nanswered:\n{}",
                at + 1,
                around(&recorded),
                around(&self.text)
            );
        }
        assert_eq!(recorded.lines().count(), self.text.lines().count(), "{name}: one is longer");
    }
}
