/** Every error a caller can meet, with its HTTP status: contract.md, "Errors". */
const STATUS_OF = {
  ValidationError: 400,
  UnauthorizedError: 401,
  ForbiddenError: 403,
  JobNotFoundError: 404,
  PromptNotFoundError: 404,
  ModelNotFoundError: 404,
  BatchNotFoundError: 404,
  NotFoundError: 404,
  ConflictError: 409,
  JobAlreadyCompletedError: 409,
  JobNotRestartableError: 409,
  PayloadTooLargeError: 413,
  RateLimitedError: 429,
  InternalError: 500,
  ConfigurationError: 503,
  DatabaseUnavailableError: 503,
} as const;

export type ErrorName = keyof typeof STATUS_OF;

/** A place in what was sent, and what is wrong there. */
export type Issue = { path: string; message: string };

type Details = { readonly [name: string]: string | number | readonly Issue[] };

/** An error meant for the caller: its message is a sentence for a person and holds no secret. */
export class ApiError extends Error {
  readonly status: number;

  constructor(
    readonly error: ErrorName,
    message: string,
    /** Further fields of the reply. */
    readonly details: Details = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = error;
    this.status = STATUS_OF[error];
  }
}

/** In: what is wrong, place by place. Its sentence names the first place. */
export function validationError(issues: readonly [Issue, ...Issue[]]): ApiError {
  const [first] = issues;
  const where = first.path === "" ? "" : `${first.path}: `;
  return new ApiError("ValidationError", `${where}${first.message}`, { issues });
}

export function jobNotFound(jobId: number): ApiError {
  return new ApiError("JobNotFoundError", `Job ${jobId} not found`, { jobId });
}

export function promptNotFound(ref: string): ApiError {
  return new ApiError("PromptNotFoundError", `Prompt ${ref} not found`, { prompt: ref });
}

export function batchNotFound(batchKey: string): ApiError {
  return new ApiError("BatchNotFoundError", `Batch ${batchKey} not found`, { batchKey });
}

export function modelNotFound(modelId: number): ApiError {
  return new ApiError("ModelNotFoundError", `Model ${modelId} not found`, { modelId });
}

export function entityNotFound(entityId: number): ApiError {
  return new ApiError("NotFoundError", `Entity ${entityId} not found`, { entityId });
}
