import { type ProviderProblem, providerBaseUrl, usualModel } from '../../credentials/ai-providers.ts';
import { AppError } from '../../errors/app-error.ts';
import type { ExternalAnswer, ExternalRequest } from '../../http/external-call.ts';
import { noReply, ProviderError, type ProviderKey, replyCall, replyText } from './ask-provider.ts';
import { draftText, type ReplyMaterial, replyRequest, type SuggestReplyInput } from './reply-request.ts';

/** What the flow needs from the outside world. */
export interface SuggestReplyPorts {
  /** Reads the conversation as the person. */
  read(conversationId: string): Promise<ReplyMaterial>;
  /** The clinic's key; null without one. */
  readKey(tenantId: string): Promise<ProviderKey | null>;
  decrypt(tenantId: string, key: ProviderKey): Promise<string>;
  /** Counts the request, as the person, and refuses when there were too many. */
  use(conversationId: string): Promise<void>;
  call(request: ExternalRequest): Promise<ExternalAnswer>;
  recordCheck(keyId: string, problem: ProviderProblem | null): Promise<void>;
  setting(name: string): string | undefined;
  /** Something that nobody can guess. */
  mark(): string;
}

export interface Suggestion {
  text: string;
  provider: string;
  model: string;
}

/**
 * Asks the clinic's own provider for a reply to a conversation. Nothing is stored and nothing is sent: a person decides.
 *
 * @throws AppError 409 `ai_not_configured`, 422 `nothing_to_reply_to`, those of `replyText`, and what the ports throw
 */
export async function suggestReply(input: SuggestReplyInput, ports: SuggestReplyPorts): Promise<Suggestion> {
  const material = await ports.read(input.conversation_id);
  if (material.messages.length === 0)
    throw new AppError(422, 'nothing_to_reply_to', 'There is no message in this conversation.');
  const key = await ports.readKey(material.tenant_id);
  if (!key?.credential)
    throw new AppError(409, 'ai_not_configured', 'This clinic has not connected an AI provider.');
  const secret = await ports.decrypt(material.tenant_id, key);
  await ports.use(input.conversation_id);
  const asked = {
    provider: key.provider,
    baseUrl: providerBaseUrl(key, ports.setting),
    model: key.model || usualModel[key.provider],
  };
  const answer = await ports.call(
    replyCall(asked, secret, replyRequest(material, input.instruction, ports.mark())),
  );
  try {
    const text = draftText(replyText(asked, answer));
    if (text === '') throw noReply();
    await ports.recordCheck(key.id, null);
    return { text, provider: asked.provider, model: asked.model };
  } catch (error) {
    if (error instanceof ProviderError && error.keyProblem) await ports.recordCheck(key.id, error.keyProblem);
    throw error;
  }
}
