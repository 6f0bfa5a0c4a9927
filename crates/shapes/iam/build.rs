//! Generates the API from its model.

fn main() -> Result<(), codegen::Error> {
    codegen::build("iam")
}
