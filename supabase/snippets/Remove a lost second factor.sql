-- For somebody who has lost the device with their authenticator app: removes their second factors and signs them out
-- everywhere. From then on the password alone lets them in, until they set up two-step verification again: make sure first that
-- it is really them (call back on a number you know).
-- Change the e-mail address and the reason. Run it once to see what it does, then once more with commit instead of rollback.

begin;
select private.remove_second_factor(private.person('root@example.com'), 'Phone lost, called back on the known number.') as result;
rollback; -- change to commit
