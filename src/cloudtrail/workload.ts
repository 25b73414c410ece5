/**
 * What an OpenID Connect provider calls whatever runs somewhere, and no person: a service account of Kubernetes, a job of GitHub, GitLab,
 * CircleCI, Buildkite or Terraform (their documentation on OpenID Connect).
 */
export function isWorkload(subject: string): boolean {
  return /^(?:system:serviceaccount:|repo:|project_path:|org\/[^/]+\/project\/|organization:[^:]+:(?:pipeline|project):)/u.test(
    subject,
  );
}
