//! What a password has to be.

use crate::account::password_policy::PasswordPolicy;

/// What AWS counts as symbols. Source: IAM user guide, "Set an account password policy for IAM users".
const SYMBOLS: &str = "!@#$%^&*()_+-=[]{}|'";

/// The classes of characters in a password.
struct Classes {
    upper: bool,
    lower: bool,
    digit: bool,
    symbol: bool,
}

impl Classes {
    fn of(password: &str) -> Self {
        Self {
            upper: password.chars().any(|c| c.is_ascii_uppercase()),
            lower: password.chars().any(|c| c.is_ascii_lowercase()),
            digit: password.chars().any(|c| c.is_ascii_digit()),
            symbol: password.chars().any(|c| SYMBOLS.contains(c)),
        }
    }

    fn count(&self) -> usize {
        [self.upper, self.lower, self.digit, self.symbol].into_iter().filter(|found| *found).count()
    }
}

/// Whether a password is good enough for the account's policy. Without one AWS asks for eight characters of three
/// classes, and not for the user's own name.
pub(super) fn holds(policy: Option<&PasswordPolicy>, user: &str, password: &str) -> bool {
    let classes = Classes::of(password);
    let length = password.chars().count();
    let Some(policy) = policy else {
        return length >= 8 && classes.count() >= 3 && !password.eq_ignore_ascii_case(user);
    };
    length >= usize::try_from(policy.minimum_length).unwrap_or(0)
        && (classes.upper || !policy.require_uppercase)
        && (classes.lower || !policy.require_lowercase)
        && (classes.digit || !policy.require_numbers)
        && (classes.symbol || !policy.require_symbols)
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::account::password_policy::PasswordPolicy;

    /// Source: IAM user guide, "Set an account password policy for IAM users", rules of the default policy.
    #[test]
    fn without_a_policy_three_classes_of_characters_are_asked_for() {
        for (password, good) in [
            ("Abcdefg1", true),
            ("abcdef1!", true),
            ("ABCDEF1!", true),
            ("Abcdef1", false),
            ("abcdefgh", false),
            ("Abcdefgh", false),
            ("abcdefg1", false),
            ("Anna12345", false),
        ] {
            assert_eq!(holds(None, "anna12345", password), good, "{password}");
        }
    }

    #[test]
    fn a_policy_asks_for_what_it_names() {
        let lax = PasswordPolicy { minimum_length: 6, ..PasswordPolicy::default() };
        let strict = PasswordPolicy {
            minimum_length: 10,
            require_symbols: true,
            require_numbers: true,
            require_uppercase: true,
            require_lowercase: true,
            ..PasswordPolicy::default()
        };
        for (password, by_lax, by_strict) in [
            ("abcdef", true, false),
            ("abcde", false, false),
            ("Abcdefgh1!", true, true),
            ("Abcdefgh12", true, false),
            ("Abcdefghi!", true, false),
            ("abcdefgh1!", true, false),
            ("ABCDEFGH1!", true, false),
            ("Abcdefg1!", true, false),
        ] {
            assert_eq!(holds(Some(&lax), "u", password), by_lax, "{password}");
            assert_eq!(holds(Some(&strict), "u", password), by_strict, "{password}");
        }
    }
}
