DROP INDEX outbox_delivered;
DROP INDEX outbox_waiting;
DROP INDEX block_sender;
DROP INDEX access_request_requester;
DROP INDEX ask_answerer;
DROP INDEX session_app;
DROP INDEX grant_app;
