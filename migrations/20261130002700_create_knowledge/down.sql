DROP TABLE knowledge_use, knowledge_word, knowledge_event, knowledge_finding, knowledge_article;
