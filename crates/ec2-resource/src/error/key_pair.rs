//! What is refused of key pairs.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPair {
    /// A pair of that name exists.
    Duplicate(String),
    /// No pair has these names.
    Unknown(Vec<String>),
    /// The material is no public key that is taken.
    Format,
}

impl KeyPair {
    /// Code and sentence.
    pub(crate) fn said(&self) -> (&'static str, String) {
        match self {
            Self::Duplicate(name) => {
                ("InvalidKeyPair.Duplicate", format!("The keypair '{name}' already exists."))
            }
            Self::Unknown(names) => {
                let sentence = match names.as_slice() {
                    [name] => format!("The key pair '{name}' does not exist"),
                    names => format!("The key pairs '{}' do not exist", names.join(", ")),
                };
                ("InvalidKeyPair.NotFound", sentence)
            }
            Self::Format => ("InvalidKey.Format", "Key is not in valid OpenSSH public key format".to_owned()),
        }
    }
}
