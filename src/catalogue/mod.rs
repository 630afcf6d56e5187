/// Reference data.
#[derive(Debug)]
pub struct Catalogue;
