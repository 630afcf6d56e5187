//! The ids of the domain.

crate::ids! {
    /// An article.
    ArticleId,
    /// What the stripping found at one place of an article.
    FindingId,
}
