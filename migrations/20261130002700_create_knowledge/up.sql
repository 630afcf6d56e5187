-- Articles made of concluded consultations, stripped of names. The region says which officers decide on one.
CREATE TABLE knowledge_article (
    id              uuid PRIMARY KEY,
    -- Where it comes from, for its expert and the officers; none once the consultation was erased.
    consultation_id uuid REFERENCES consultation ON DELETE SET NULL,
    region          text NOT NULL REFERENCES region (code),
    expert_id       uuid NOT NULL REFERENCES expert,
    state           text NOT NULL DEFAULT 'draft'
        CHECK (state IN ('draft', 'submitted', 'returned', 'published', 'withdrawn', 'discarded')),
    title           text NOT NULL,
    product_kinds   text[] NOT NULL CHECK (cardinality(product_kinds) BETWEEN 1 AND 5),
    failed_items    text[] NOT NULL,
    standards       text[] NOT NULL,
    -- The clause of each standard; empty where none is named.
    clauses         text[] NOT NULL CHECK (cardinality(clauses) = cardinality(standards)),
    question        text NOT NULL,
    cause           text NOT NULL,
    actions         text NOT NULL,
    result          text NOT NULL,
    -- Why it was returned or withdrawn.
    reason          text,
    created_by      uuid NOT NULL REFERENCES account,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    submitted_by    uuid REFERENCES account,
    submitted_at    timestamptz,
    decided_by      uuid REFERENCES account,
    published_at    timestamptz,
    search_text     text NOT NULL DEFAULT '',
    search_readings text NOT NULL DEFAULT '',
    CHECK (state NOT IN ('published', 'withdrawn') OR published_at IS NOT NULL),
    CHECK (state NOT IN ('returned', 'withdrawn') OR reason IS NOT NULL)
);
-- A consultation has one article at a time.
CREATE UNIQUE INDEX knowledge_article_of_consultation ON knowledge_article (consultation_id)
    WHERE state IN ('draft', 'submitted', 'returned', 'published');
CREATE INDEX knowledge_article_by_state ON knowledge_article (state, id);
CREATE INDEX knowledge_article_by_region ON knowledge_article (region, id);
CREATE INDEX knowledge_article_by_expert ON knowledge_article (expert_id, id);
CREATE INDEX knowledge_article_by_kind ON knowledge_article USING gin (product_kinds);

-- What the stripping found in an article, at which character of which field, and what was decided on it. What it was is forgotten when the
-- article is published without it.
CREATE TABLE knowledge_finding (
    id          uuid PRIMARY KEY,
    article_id  uuid NOT NULL REFERENCES knowledge_article ON DELETE CASCADE,
    field       text NOT NULL
        CHECK (field IN ('title', 'failed_items', 'standards', 'question', 'cause', 'actions', 'result')),
    start       integer NOT NULL CHECK (start >= 0),
    length      integer NOT NULL CHECK (length > 0),
    kind        text NOT NULL CHECK (kind IN ('enterprise', 'person', 'uscc', 'id_card', 'phone', 'mail', 'address', 'report_no',
        'trademark', 'url', 'batch_no', 'enterprise_standard')),
    found       text,
    replacement text NOT NULL CHECK (replacement <> ''),
    decision    text NOT NULL DEFAULT 'open' CHECK (decision IN ('open', 'replaced', 'harmless')),
    decided_by  uuid REFERENCES account,
    decided_at  timestamptz,
    CHECK ((decision = 'open') = (decided_by IS NULL)),
    CHECK (found IS NOT NULL OR decision = 'replaced')
);
CREATE INDEX knowledge_finding_by_article ON knowledge_finding (article_id, field, start);

-- The history of an article.
CREATE TABLE knowledge_event (
    article_id uuid NOT NULL REFERENCES knowledge_article ON DELETE CASCADE,
    seq        integer NOT NULL,
    step       text NOT NULL
        CHECK (step IN ('draft', 'edit', 'confirm', 'submit', 'approve', 'return', 'withdraw', 'discard')),
    from_state text,
    to_state   text NOT NULL,
    account_id uuid REFERENCES account,
    note       text,
    at         timestamptz NOT NULL,
    PRIMARY KEY (article_id, seq)
);

-- The words of published articles: each two characters that follow each other, by which articles are compared with a question.
CREATE TABLE knowledge_word (
    word       text NOT NULL,
    article_id uuid NOT NULL REFERENCES knowledge_article ON DELETE CASCADE,
    PRIMARY KEY (word, article_id)
);
CREATE INDEX knowledge_word_by_article ON knowledge_word (article_id);

-- What an article did for someone of an enterprise who was typing a question, once for each person, article and question.
CREATE TABLE knowledge_use (
    article_id       uuid NOT NULL REFERENCES knowledge_article ON DELETE CASCADE,
    account_id       uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    question         uuid NOT NULL,
    enterprise_id    uuid NOT NULL REFERENCES enterprise,
    nonconformity_id uuid REFERENCES nonconformity,
    product_kind     text REFERENCES product_kind (code),
    shown_at         timestamptz NOT NULL,
    opened_at        timestamptz,
    helped_at        timestamptz,
    PRIMARY KEY (article_id, account_id, question)
);
CREATE INDEX knowledge_use_by_account ON knowledge_use (account_id, shown_at);
