//! Who is told by mail of a step of an article: the officers who may approve it, and its expert.

use crate::accounts::people::officers_around;
use crate::accounts::store::{of_expert, recipient_for};
use crate::accounts::topics::Topic;
use crate::core::Problem;
use crate::db::Tx;
use crate::knowledge::mails::Mail;
use crate::knowledge::store::Article;
use crate::notifications::outbox;

/// The page on which an article is worked on.
fn page(tx: &Tx, article: &Article) -> String {
    tx.link(&format!("/knowledge-drafts/{}", article.id))
}

/// Tells the officers of the article's region that it is to be approved; where the region has none, those of the smallest region around
/// it that has.
///
/// # Errors
/// When the database refuses.
pub fn submitted(tx: &mut Tx, article: &Article) -> Result<(), Problem> {
    let expert = of_expert(&mut tx.conn, article.expert_id)?.map(|row| row.name).unwrap_or_default();
    let link = page(tx, article);
    for officer in officers_around(tx, &article.region)? {
        let Some(to) = recipient_for(&officer, Topic::Knowledge) else { continue };
        let mail = Mail::ArticleSubmitted {
            title: article.title.clone(),
            expert: expert.clone(),
            link: link.clone(),
        };
        outbox::enqueue(tx, &to, &mail)?;
    }
    Ok(())
}

/// Tells the expert of an article what was decided on it.
///
/// # Errors
/// When the database refuses.
fn decided(tx: &mut Tx, article: &Article, mail: &Mail) -> Result<(), Problem> {
    let expert = of_expert(&mut tx.conn, article.expert_id)?;
    let to = expert.filter(|row| row.active).and_then(|row| recipient_for(&row, Topic::Knowledge));
    if let Some(to) = to {
        outbox::enqueue(tx, &to, mail)?;
    }
    Ok(())
}

/// Tells the expert that the article is published.
///
/// # Errors
/// When the database refuses.
pub fn published(tx: &mut Tx, article: &Article) -> Result<(), Problem> {
    let link = tx.link(&format!("/knowledge/{}", article.id));
    decided(tx, article, &Mail::ArticlePublished { title: article.title.clone(), link })
}

/// Tells the expert that the article was returned, and why.
///
/// # Errors
/// When the database refuses.
pub fn returned(tx: &mut Tx, article: &Article, reason: &str) -> Result<(), Problem> {
    let (title, link) = (article.title.clone(), page(tx, article));
    decided(tx, article, &Mail::ArticleReturned { title, reason: reason.into(), link })
}

/// Tells the expert that the article was withdrawn, and why.
///
/// # Errors
/// When the database refuses.
pub fn withdrawn(tx: &mut Tx, article: &Article, reason: &str) -> Result<(), Problem> {
    let (title, link) = (article.title.clone(), page(tx, article));
    decided(tx, article, &Mail::ArticleWithdrawn { title, reason: reason.into(), link })
}
