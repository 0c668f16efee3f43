/** Requests to the server. The token is in this tab's session storage and in a header, nowhere else. */
const KEY = 'weir.token';

/** A refusal: the HTTP code (0 where no server answered) and what the server's Status says. */
export class ApiError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export const token = () => sessionStorage.getItem(KEY);
export const keepToken = value => sessionStorage.setItem(KEY, value);
export const forgetToken = () => sessionStorage.removeItem(KEY);

/** Where a refused token is told. */
export const session = {onrefused: () => {}};

/** Sends a request; answers a response that is ok, or throws an ApiError. */
export async function request(path, {accept = 'application/json', signal, as = token(), ...more} = {}) {
  let response;
  try {
    response = await fetch(path, {
      ...more, signal, credentials: 'omit', cache: 'no-store',
      headers: {...more.headers, Accept: accept, Authorization: `Bearer ${as}`},
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, error instanceof TypeError ? 'the server does not answer' : error.message);
  }
  if (response.ok) return response;
  const status = await response.json().catch(() => ({}));
  if (response.status === 401 && as === token()) session.onrefused();
  throw new ApiError(response.status, status.message || `the server answered ${response.status}`);
}

/** The JSON at a path. */
export const json = async (path, options) => (await request(path, options)).json();

/** The name of the caller whose token this is. */
export async function whoAmI(as) {
  const answer = await json('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    as, method: 'POST', headers: {'Content-Type': 'application/json'},
    body: JSON.stringify({apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview'}),
  });
  return answer.status?.userInfo?.username ?? '';
}
