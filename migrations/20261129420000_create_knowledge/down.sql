DROP TABLE knowledge_use;
DROP TABLE knowledge_word;
DROP TABLE knowledge_event;
DROP TABLE knowledge_finding;
DROP TABLE knowledge_article;
