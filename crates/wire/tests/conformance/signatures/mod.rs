//! SigV4: AWS's suite, and the SDK's own signer as the oracle.

mod clock;
mod oracle;
mod suite;
