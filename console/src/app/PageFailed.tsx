import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { Refused } from "../ui/Feedback.tsx";

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <Refused
      error={error}
      retry={() => {
        reset();
        void router.invalidate();
      }}
    />
  );
}
