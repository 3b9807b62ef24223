DROP TABLE request_nonce;
DROP TABLE share_req;
DROP TABLE share_info;
DROP TABLE client_key;
